import { assertEquals, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import { extractTarGz } from "../../lib/file/tar.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { formatTarGz, withFolder } from "./made_up_files.ts";

const ignore = needs("read", "write");
const LIBRARY = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256);

Deno.test({
  name: "extractTarGz() writes the files that are asked for, and skips the others",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "a.tar.gz");
      const files = { "./LICENSE": LIBRARY.slice(0, 700), "./lib/x.so": LIBRARY };
      await Deno.writeFile(path, await formatTarGz(files));
      const written = await extractTarGz(
        path,
        (name) => name.endsWith(".so") ? join(folder, "out", basename(name)) : null,
      );
      assertEquals(written, [join(folder, "out", "x.so")]);
      assertEquals(await Deno.readFile(written[0]!), LIBRARY);
    }),
});

Deno.test({
  name: "extractTarGz() refuses an archive that is cut off, and leaves nothing behind",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "a.tar.gz");
      const bytes = await formatTarGz({ "lib/x.so": LIBRARY });
      await Deno.writeFile(path, bytes.subarray(0, bytes.length / 2));
      const error = await assertRejects(
        () => extractTarGz(path, () => join(folder, "x.so")),
        InputError,
      );
      assertEquals(
        error.message,
        `${path}: Cannot read archive as it must be a whole .tar.gz file: it is not`,
      );
      assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 1);
    }),
});

Deno.test({
  name: "extractTarGz() refuses a header whose checksum is another",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "a.tar.gz");
      const tar = new DecompressionStream("gzip");
      const whole = new Blob([
        await formatTarGz({ "lib/x.so": LIBRARY }) as Uint8Array<ArrayBuffer>,
      ]);
      const bytes = new Uint8Array(
        await new Response(whole.stream().pipeThrough(tar)).arrayBuffer(),
      );
      bytes[4] = "y".charCodeAt(0); // of the name
      const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
      await Deno.writeFile(path, packed);
      const error = await assertRejects(
        () => extractTarGz(path, () => join(folder, "x.so")),
        InputError,
      );
      assertEquals(
        error.message,
        `${path}: Cannot read archive as it must be a whole .tar.gz file: it is not`,
      );
    }),
});
