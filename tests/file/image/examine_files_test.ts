import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { hashFile } from "../../../lib/file/hash.ts";
import { examineFiles } from "../../../lib/file/image/examine_files.ts";
import { needs } from "../../support/permissions.ts";
import { IMAGE_PERMISSIONS, withFolder, writeImage } from "../../support/tiny_originals.ts";

Deno.test({
  name: "examineFiles() answers in the order of the list, whatever the number of threads",
  ignore: needs(...IMAGE_PERMISSIONS),
  fn: () =>
    withFolder(async (folder) => {
      const paths = Array.from({ length: 140 }, (_, i) => join(folder, `${i}.jpg`));
      for (const [i, path] of paths.entries()) {
        if (i % 50 === 7) await Deno.writeTextFile(path, `no image ${i}`);
        else if (i % 50 !== 9) await writeImage(path, i);
      }
      const expected = await Promise.all(
        paths.map((path, i) => i % 50 === 9 ? null : hashFile(path)),
      );
      for (const threadCount of [1, 2, 5]) {
        const seen = new Set<number>();
        const contents = await examineFiles(paths, {
          shouldWalk: true,
          threadCount,
          onFiles: (part) => part.forEach(([i]) => seen.add(i)),
        });
        assertEquals(contents.map((content) => content?.sha256 ?? null), expected);
        assertEquals(
          contents.map((content) => content?.size != null),
          paths.map((_, i) => i % 50 !== 7 && i % 50 !== 9),
        );
        assertEquals(seen.size, 140);
      }
    }),
});
