import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { formatNpy, parseNpy } from "../../lib/file/npy.ts";
import { decodeArray } from "../../lib/file/stored_array.ts";
import { needs } from "../support/permissions.ts";

const FIXTURES = "tests/fixtures/arrays";
const read = (name: string) => Deno.readFile(`${FIXTURES}/${name}`);
/** A file of version 1 with this header and no data. */
const header = (text: string) =>
  Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0],
    ...new TextEncoder().encode(text),
  ]);
/** What `make_arrays.py` calls MATRIX. */
const MATRIX = [0, 0.5, 1, 1.5, 2, 2.5];

Deno.test("a formatted array is aligned and parses to the same bits", () => {
  const data = Float32Array.of(0.1, -0, 1e-45, 3e38);
  const bytes = formatNpy(data, [2, 2]);
  assertEquals(bytes.length % 64, 16); // the header ends at a multiple of 64
  const parsed = parseNpy(bytes, "x.npy");
  assertEquals([parsed.shape, decodeArray(parsed, "read")], [[2, 2], data]);
  const oneAxis = parseNpy(formatNpy(data, [4]), "x.npy");
  assertEquals(oneAxis.shape, [4]);
});

Deno.test("a shape that disagrees with its data is refused", () => {
  assertThrows(
    () => formatNpy(new Float32Array(3), [2, 2]),
    RangeError,
    "Cannot format array as shape [2,2] must hold 3 values: it holds 4",
  );
});

Deno.test({
  name: "arrays that NumPy wrote are read, whatever their numbers, order and version",
  ignore: needs("read"),
  async fn() {
    for (const name of ["f4", "f8", "i4", "i8", "u1"]) {
      const array = parseNpy(await read(`${name}.npy`), name);
      const [shape, data] = [array.shape, decodeArray(array, "read")];
      assertEquals([shape, [...data]], [[2, 3], [0, 1, 2, 3, 4, 5]], name);
    }
    for (const name of ["fortran", "version2", "version3", "big_endian"]) {
      const array = parseNpy(await read(`${name}.npy`), name);
      const [shape, data] = [array.shape, decodeArray(array, "read")];
      assertEquals([shape, [...data]], [[2, 3], MATRIX], name);
    }
    const row = parseNpy(await read("row.npy"), "row.npy");
    assertEquals([row.shape, [...decodeArray(row, "read")]], [[3], [3, 1, 3]]);
  },
});

Deno.test({
  name: "arrays that cannot be read are refused in one line",
  ignore: needs("read"),
  async fn() {
    const whole = await read("f4.npy");
    const cases: readonly (readonly [Uint8Array<ArrayBuffer>, string])[] = [
      [whole.subarray(0, 130), "shape (2,3) must take 24 bytes: it is 2"],
      [whole.subarray(0, 60), "its header must be whole: it is truncated"],
      [new Uint8Array(20), "it must be an .npy file of version 1, 2 or 3: it is none"],
      [
        header("{'descr': '<f4', 'shape': (2,)}"),
        `its header must name one type, an order and a shape: it is "{'descr': '<f4', 'shape': (2,)}"`,
      ],
      [
        header("{'descr': '<c8', 'fortran_order': False, 'shape': (2,)}"),
        'its type must be numbers (f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1) or text (U, S): it is "<c8"',
      ],
    ];
    for (const [bytes, rule] of cases) {
      const error = assertThrows(() => parseNpy(bytes, "x.npy"), InputError);
      assertEquals(error.message, `x.npy: Cannot read array as ${rule}`);
    }
  },
});
