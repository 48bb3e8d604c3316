import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { ByteSource } from "../../lib/file/byte_source.ts";
import { openNpz } from "../../lib/file/npz.ts";
import { decodeArray, formatArray, type StoredArray } from "../../lib/file/stored_array.ts";
import { needs } from "../support/permissions.ts";

/** What NumPy wrote: see `make_arrays.py`. */
const COLUMNS = "tests/fixtures/arrays/columns.npz";
const NUMBERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"];

Deno.test({
  name:
    "NumPy's numbers of every width, sign and order of bytes are the same labels and embeddings",
  ignore: needs("read"),
  async fn() {
    using source = ByteSource.open(COLUMNS, "read arrays");
    const { names, read } = openNpz(source);
    for (const name of NUMBERS.flatMap((name) => [name, `${name}_big`])) {
      if (!names.includes(name)) continue; // one byte has no order
      assertEquals(formatArray(await read(name), "read labels"), ["3", "1", "3"], name);
      assertEquals([...decodeArray(await read(name), "read")], [3, 1, 3], name);
    }
    assertEquals(names.filter((name) => name.endsWith("_big")).length, 10);
    assertEquals(formatArray(await read("bool"), "read labels"), ["1", "0", "1"]);
  },
});

Deno.test({
  name: "integers that float64 cannot tell apart are different labels",
  ignore: needs("read"),
  async fn() {
    using source = ByteSource.open(COLUMNS, "read arrays");
    assertEquals(formatArray(await openNpz(source).read("wide"), "read labels"), [
      "18446744073709551615",
      "18446744073709551614",
      "18446744073709551615",
    ]);
  },
});

Deno.test({
  name: "NumPy's text is read as str and as bytes",
  ignore: needs("read"),
  async fn() {
    using source = ByteSource.open(COLUMNS, "read arrays");
    const { read } = openNpz(source);
    for (const name of ["text", "text_big"]) {
      assertEquals(formatArray(await read(name), "read labels"), ["tern", "auk", "te\u0301rn"]);
    }
    assertEquals(formatArray(await read("bytes"), "read labels"), ["tern", "auk", "t\u00e9rn"]);
    const text = await read("text");
    assertEquals(
      assertThrows(() => decodeArray(text, "read embeddings"), InputError).message,
      `${COLUMNS}/text.npy: Cannot read embeddings as it must hold numbers: it holds text`,
    );
  },
});

Deno.test({
  name: "Python's objects and records are refused by their type",
  ignore: needs("read"),
  async fn() {
    using source = ByteSource.open(COLUMNS, "read arrays");
    const { read } = openNpz(source);
    const messageOf = async (name: string) => {
      const error = await read(name).then(() => null, (error: unknown) => error as Error);
      return error?.message.replace(COLUMNS, "PATH");
    };
    assertEquals(
      await messageOf("objects"),
      "PATH/objects.npy: Cannot read array as its type must be numbers " +
        "(f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1) or text (U, S): " +
        'it is "|O", objects of Python; save numbers, or text as dtype=str',
    );
    assertEquals(
      (await messageOf("pairs"))?.startsWith(
        "PATH/pairs.npy: Cannot read array as its header must name one type, an order and a shape: ",
      ),
      true,
    );
  },
});

Deno.test("numbers that are not whole, or beyond what their format tells apart, are no labels", () => {
  const array = (
    format: StoredArray["format"],
    data: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
  ): StoredArray => ({
    path: "x",
    shape: [data.length],
    format,
    entryBytes: data.BYTES_PER_ELEMENT,
    bytes: new Uint8Array(data.buffer),
  });
  const messageOf = (array: StoredArray) =>
    assertThrows(() => formatArray(array, "read labels"), InputError).message;
  const start = "x: Cannot read labels as its numbers must be whole, and of a size that ";
  assertEquals(
    messageOf(array("F32", Float32Array.of(1, 0.5))),
    `${start}F32 holds exactly: it is 0.5 in row 1`,
  );
  assertEquals(
    messageOf(array("F32", Float32Array.of(2 ** 24, 2 ** 24 + 2))),
    `${start}F32 holds exactly: it is 16777218 in row 1`,
  );
  assertEquals(
    messageOf(array("F16", Uint16Array.of(0x6801))), // 2050
    `${start}F16 holds exactly: it is 2050 in row 0`,
  );
  assertEquals(formatArray(array("F32", Float32Array.of(-0, 2 ** 24)), "read"), ["0", "16777216"]);
});
