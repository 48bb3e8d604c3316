import { assertEquals, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import { extractTarGz } from "../../lib/file/tar.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { decodeBase64 } from "../support/base64.ts";
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

/** A name of 101 bytes, as CUB-200-2011 has: more than a header's field. */
const LONG_NAME =
  "CUB_200_2011/images/187.American_Three_toed_Woodpecker/American_Three_Toed_Woodpecker_0001_179831.jpg";
/**
 * One file of that name, with the bytes `bird`, packed by GNU tar 1.34:
 * `tar --format=FORMAT --owner=0 --group=0 --mtime=2020-01-01 -cf - CUB_200_2011/images | gzip -9n | base64`
 */
const LONG_NAMES: Readonly<Record<string, string>> = {
  gnu:
    "H4sIAAAAAAACA+3UQW6DMBAFUB/FJ8AzYJt01yRblomytGiwKImCI4fevyY7orbZlKhR/5OQEYPE4s9nvV25nChdzKo71a2/" +
    "KPHLKCmNuZ7J7Xm958JSXlrS43POtdFCGvEAH5ehjlKKGMLw03v35k9q/UX+vCiz5cnHbl/3bvMevXdD8I3bhdCc/f7oo5o3" +
    "/5ypMMj/ETKVqdcq9G3V9ceZvjEGbLX+Nn/WdrILaRXTIghZIf+/2v+b8WY6dmOojsuXRcHZ4dwK+M/53+s/pbJP/v8FWctC" +
    "Evo/u7cuNmgBAAAAAAAAAAAAAAAAAMDz+wQXsPB3ACgAAA==",
  pax:
    "H4sIAAAAAAACA+3WT0/CMBgG8J75FPsE0Ld/1nrgoFw8esB4bCprYBrc0s2Ej29BDzAjCwZQ8fkly5a1yQYvz/syub9xgvN0" +
    "EI3u/Oo2+CLEZlQu/Tw07Ch4kiu1OSfdM+eGM5I5Fybnan2f1lcsW7EzeG1aH9OrsP9J2My35TKMyVxpQ1xaO8y1sJpokNZm" +
    "n9aU3awxuAiT7fy/h3507GdsIq711/nn3fxLoxXL9DnzH6uq3bevb7374f5w/bfGAFkzvF6GWM78i5suYgiurULhHqqqqMPs" +
    "OcRT9H9BUhH6P/o//ET++0N/2Ig4uP8LIaVG///F9d8aEZ2d092d7uP72Nf/hTKd+hsj0f/Pgoiy2reL8Td/CP3VJ5fGh5U0" +
    "fKrnA4yby8j/QWXv/f/H1W7+paA85Z+j/5/cYxkLpAAAAAAAAAAAAADg8rwBLV7SegAoAAA=",
  ustar:
    "H4sIAAAAAAACA+3T3WrCMBiA4VyKV2Dz27jD6S0oOwzVBtcNjcR6/2aeWcSBbIXC+0BJaHuQj5esNsugpSyPUlV3aPbxXIk/" +
    "Jgvv3G0thuttr0wtta+l/XmvjHdWzJwYweXcN7kcJafUP/vvt+/D4SZi9aC/Wvj5+yHmbtccw/ozxxj6FNvwkVJ7irvvmKv/" +
    "7a+1MY7+Yxh0Xt93DmUSFZR/Wxg1/zrtX7//tbVP+tv7/kZrp8RMTrn/axdr9P7bLrcCAAAAAAAAAAAAAAAAk3UF5wOwnwAo" +
    "AAA=",
};

for (const [format, packed] of Object.entries(LONG_NAMES)) {
  Deno.test({
    name: `extractTarGz() reads names longer than a header's field, as format ${format} has them`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const path = join(folder, "a.tgz");
        await Deno.writeFile(path, decodeBase64(packed));
        const names: string[] = [];
        const written = await extractTarGz(path, (name) => {
          names.push(name);
          return join(folder, "out.jpg");
        });
        assertEquals(names, [LONG_NAME]);
        assertEquals(await Deno.readTextFile(written[0]!), "bird");
      }),
  });
}

Deno.test({
  name: "extractTarGz() refuses an extended header of any length",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "a.tgz");
      const bytes = await formatTarGz({ "././@LongLink": new Uint8Array(2 ** 17) }, "L");
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(() => extractTarGz(path, () => null), InputError);
      assertEquals(
        error.message,
        `${path}: Cannot read archive as it must be a whole .tar.gz file: it is not`,
      );
    }),
});
