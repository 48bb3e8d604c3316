import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { zipSync } from "fflate";
import { InputError } from "../../lib/errors.ts";
import { ByteSource } from "../../lib/file/byte_source.ts";
import { formatNpy } from "../../lib/file/npy.ts";
import { openNpz } from "../../lib/file/npz.ts";
import { decodeArray } from "../../lib/file/stored_array.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const FIXTURES = "tests/fixtures/arrays";

testInFolder("NumPy's archives are read, compressed or not", async () => {
  for (const name of ["stored.npz", "compressed.npz"]) {
    using source = ByteSource.open(`${FIXTURES}/${name}`, "read arrays");
    const { names, read } = openNpz(source);
    assertEquals(names, ["embeddings", "labels"]);
    assertEquals([...decodeArray(await read("embeddings"), "read")], [0, 0.5, 1, 1.5, 2, 2.5]);
    assertEquals([...decodeArray(await read("labels"), "read")], [1, 0]);
  }
});

testInFolder("an entry that nobody asks for is not read, whatever it holds", async (folder) => {
  const path = join(folder, "x.npz");
  const files = {
    "a.npy": formatNpy(Float32Array.of(1, 2), [2]),
    "b.npy": new Uint8Array(9),
    c: new Uint8Array(1),
  };
  await Deno.writeFile(path, zipSync(files));
  using source = ByteSource.open(path, "read arrays");
  const { names, read } = openNpz(source);
  assertEquals(names, ["a", "b"]);
  assertEquals([...decodeArray(await read("a"), "read")], [1, 2]);
  const { message } = await assertRejects(() => read("b"), InputError);
  assertEquals(
    message.replace(folder, "ROOT"),
    "ROOT/x.npz/b.npy: Cannot read array as it must be an .npy file of version 1, 2 or 3: it is none",
  );
});

testInFolder("a file that is no archive is refused", () => {
  using source = ByteSource.open(`${FIXTURES}/f4.npy`, "read arrays");
  const { message } = assertThrows(() => openNpz(source), InputError);
  assertEquals(
    message,
    `${FIXTURES}/f4.npy: Cannot read arrays as it must end with a zip directory: it is truncated; is the download complete?`,
  );
  return Promise.resolve();
});

testInFolder(
  "an entry that is there twice is refused, as either could be meant",
  async (folder) => {
    const path = join(folder, "x.npz");
    const array = formatNpy(Float32Array.of(1, 2), [2]);
    const bytes = zipSync({ "a.npy": array, "b.npy": array });
    for (let at = 0; at < bytes.length - 4; at++) {
      if (bytes[at] === 0x62 && bytes[at + 1] === 0x2e) bytes[at] = 0x61; // "b." to "a."
    }
    await Deno.writeFile(path, bytes);
    using source = ByteSource.open(path, "read arrays");
    const { message } = assertThrows(() => openNpz(source), InputError);
    assertEquals(
      message.replace(folder, "ROOT"),
      'ROOT/x.npz: Cannot read arrays as an entry may be there once: it is "a.npy" twice',
    );
  },
);
