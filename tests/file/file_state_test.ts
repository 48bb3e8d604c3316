import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { doesExist } from "../../lib/file/does_exist.ts";
import { readFileState, readFileStates } from "../../lib/file/file_state.ts";
import { needs } from "../support/permissions.ts";
import { inputErrorOf, withFolder } from "../support/tiny_originals.ts";

Deno.test({
  name: "files that cannot be looked up are told in a line; missing ones are none",
  ignore: needs("read", "write"),
  fn: () =>
    withFolder(async (root) => {
      const [circle, missing] = [join(root, "1.jpg"), join(root, "none/2.jpg")];
      await Deno.symlink("1.jpg", circle);
      const long = join(root, "n".repeat(300));
      const asks = [
        readFileState,
        (path: string) => readFileStates([missing, path]),
        doesExist,
      ];
      for (const ask of asks) {
        assertEquals(
          await inputErrorOf(() => ask(circle), root),
          "ROOT/1.jpg: Cannot look up file as its links must lead to a file: they lead in a circle",
        );
        assertEquals(
          await inputErrorOf(() => ask(long), root),
          `ROOT/${
            "n".repeat(300)
          }: Cannot look up file as its name must be short enough for the file system: it is not`,
        );
      }
      assertEquals(await readFileStates([missing, missing]), [null, null]);
      assertEquals(await doesExist(missing), false);
    }),
});
