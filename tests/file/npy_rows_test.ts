import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { ByteSource } from "../../lib/file/byte_source.ts";
import { formatNpy } from "../../lib/file/npy.ts";
import { openNpyRows } from "../../lib/file/npy_rows.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const VALUES = Float32Array.from({ length: 15 }, (_, i) => i / 4);

testInFolder("rows of an .npy file are read in any order", async (folder) => {
  const path = join(folder, "x.npy");
  await Deno.writeFile(path, formatNpy(VALUES, [5, 3]));
  using source = ByteSource.open(path, "read embeddings");
  const rows = openNpyRows(source)!;
  assertEquals([rows.rowCount, rows.columnCount], [5, 3]);
  const target = new Float32Array(7);
  rows.readRows(3, 2, target.subarray(1));
  assertEquals([...target], [0, ...VALUES.subarray(9, 15)]);
  rows.readRows(0, 1, target);
  assertEquals([...target.subarray(0, 3)], [...VALUES.subarray(0, 3)]);
});

testInFolder(
  "other numbers, orders and shapes are left to who reads them whole",
  async (folder) => {
    const path = join(folder, "x.npy");
    await Deno.writeFile(path, formatNpy(VALUES, [15]));
    using vector = ByteSource.open(path, "read embeddings");
    assertEquals(openNpyRows(vector), null);
    using fortran = ByteSource.open("tests/fixtures/arrays/fortran.npy", "read embeddings");
    assertEquals(openNpyRows(fortran), null);
  },
);

testInFolder("a file that is cut short or has more than its shape is refused", async (folder) => {
  const path = join(folder, "x.npy");
  const whole = formatNpy(VALUES, [5, 3]);
  const message = async (bytes: Uint8Array) => {
    await Deno.writeFile(path, bytes);
    using source = ByteSource.open(path, "read embeddings");
    return assertThrows(() => openNpyRows(source), InputError).message.replaceAll(folder, "ROOT");
  };
  assertEquals(
    await message(whole.subarray(0, whole.length - 1)),
    `ROOT/x.npy: Cannot read embeddings as the file must have at least ${whole.length} bytes: ` +
      `it has ${whole.length - 1}; is the download complete?`,
  );
  assertEquals(
    await message(Uint8Array.of(...whole, 0)),
    "ROOT/x.npy: Cannot read embeddings as shape (5,3) must take 60 bytes: it is 61",
  );
});
