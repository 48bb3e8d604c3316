import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { formatNpy, parseNpy } from "../../lib/file/npy.ts";
import { needs } from "../support/permissions.ts";

const FIXTURES = "tests/fixtures/arrays";
const read = (name: string) => Deno.readFile(`${FIXTURES}/${name}`);
/** What `make_arrays.py` calls MATRIX. */
const MATRIX = [0, 0.5, 1, 1.5, 2, 2.5];

Deno.test("a formatted array is aligned and parses to the same bits", () => {
  const data = Float32Array.of(0.1, -0, 1e-45, 3e38);
  const bytes = formatNpy(data, [2, 2]);
  assertEquals(bytes.length % 64, 16); // the header ends at a multiple of 64
  assertEquals(parseNpy(bytes, "x.npy"), { shape: [2, 2], data });
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
      const { shape, data } = parseNpy(await read(`${name}.npy`), name);
      assertEquals([shape, [...data]], [[2, 3], [0, 1, 2, 3, 4, 5]], name);
    }
    for (const name of ["fortran", "version2", "version3"]) {
      const { shape, data } = parseNpy(await read(`${name}.npy`), name);
      assertEquals([shape, [...data]], [[2, 3], MATRIX], name);
    }
    const row = parseNpy(await read("row.npy"), "row.npy");
    assertEquals([row.shape, [...row.data]], [[3], [3, 1, 3]]);
  },
});

Deno.test({
  name: "arrays that cannot be read are refused in one line",
  ignore: needs("read"),
  async fn() {
    const whole = await read("f4.npy");
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [whole.subarray(0, 130), "shape (2,3) must take 24 bytes: it is 2"],
      [whole.subarray(0, 60), "its header must be whole: it is truncated"],
      [new Uint8Array(20), "it must be an .npy file of version 1, 2 or 3: it is none"],
      [
        await read("big_endian.npy"),
        "its type must be one of <f4, <f8, <i4, <i8, |i1, |u1: it is >f4",
      ],
    ];
    for (const [bytes, rule] of cases) {
      const error = assertThrows(() => parseNpy(bytes, "x.npy"), InputError);
      assertEquals(error.message, `x.npy: Cannot read array as ${rule}`);
    }
  },
});
