import { assert, assertEquals } from "@std/assert";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import {
  describeWrong,
  findWrongArithmetic,
  listArithmeticChecks,
} from "../../../lib/backend/tensorflow/check_arithmetic.ts";
import {
  convolveExactly,
  drawConvolution,
  drawProduct,
  multiplyExactly,
} from "../../../lib/backend/tensorflow/exact_sums.ts";
import { testWithLibrary } from "./with_library.ts";

const first = (i: number) => (i * i + 3 * i) % 5 - 2;
const second = (i: number) => (i * i * 5 + i % 7) % 3 - 1;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

Deno.test("the check's convolutions have the numbers of one that was worked out by hand", () => {
  const padded = { size: 8, channels: 3, outputs: 16, filterSize: 3, stride: 1, pad: 1 };
  // Corner pixel: taps 4, 5, 7, 8 of the filter over pixels 0, 1, 8, 9; output 0.
  const corner = [[4, 0], [5, 1], [7, 8], [8, 9]].flatMap(([tap, pixel]) =>
    [0, 1, 2].map((c) => first(pixel! * 3 + c) * second((tap! * 3 + c) * 16))
  );
  assertEquals(convolveExactly(padded, drawConvolution(padded)).result[0], sum(corner));

  const patches = { size: 4, channels: 1, outputs: 2, filterSize: 2, stride: 2, pad: 0 };
  // Last patch: pixels 10, 11, 14, 15; output 1.
  const last = [10, 11, 14, 15].map((pixel, tap) => first(pixel) * second(tap * 2 + 1));
  const sums = convolveExactly(patches, drawConvolution(patches));
  assertEquals(sums.result[3 * 2 + 1], sum(last));
  // Its pixel 10 is seen by tap 0 alone, for outputs 0 and 1 of patch 3.
  const upstream = (i: number) => (i * i + i % 11) % 3 - 1;
  assertEquals(
    sums.firstGradient[10],
    upstream(6) * second(0) + upstream(7) * second(1),
  );
});

Deno.test("the check's products have the numbers of one that was worked out by hand", () => {
  const shape = { count: 2, rows: 3, inner: 4, columns: 5 };
  const { result, secondGradient } = multiplyExactly(shape, drawProduct(shape));
  // Second product, row 1, column 2.
  const terms = [0, 1, 2, 3].map((k) => first((3 + 1) * 4 + k) * second((4 + k) * 5 + 2));
  assertEquals(result[(3 + 1) * 5 + 2], sum(terms));
  // Gradient of its second factor at row 3, column 4: over the three rows.
  const upstream = (i: number) => (i * i + i % 11) % 3 - 1;
  const rows = [3, 4, 5].map((row) => first(row * 4 + 3) * upstream(row * 5 + 4));
  assertEquals(secondGradient[(4 + 3) * 5 + 4], sum(rows));
});

Deno.test("all numbers of the checks are exact in bfloat16, and they differ", () => {
  for (const check of listArithmeticChecks()) {
    const { result, firstGradient, secondGradient } = check.exact();
    for (const values of [result, firstGradient, secondGradient]) {
      const numbers = Array.from(values);
      assert(numbers.every((value) => Number.isInteger(value) && Math.abs(value) <= 256));
      assert(new Set(numbers).size > 5, `a check of equal numbers checks little: ${check.names}`);
    }
  }
});

Deno.test("one wrong number anywhere is found, NaN too", () => {
  const change = (values: ArrayLike<number>, at: number, value: number) =>
    Array.from(values, (old, i) => i === at ? value : old);
  for (const check of listArithmeticChecks()) {
    const right = check.exact();
    assertEquals(describeWrong(check, right), null);
    const at = right.result.length - 1;
    assertEquals(
      describeWrong(check, { ...right, result: change(right.result, at, 1000) }),
      `${check.names[0]} of whole numbers gives 1000 where ${right.result[at]} is right`,
    );
    assertEquals(
      describeWrong(check, { ...right, firstGradient: change(right.firstGradient, 7, NaN) }),
      `${check.names[1]} of whole numbers gives NaN where ${right.firstGradient[7]} is right`,
    );
    const secondGradient = change(right.secondGradient, 0, right.secondGradient[0]! + 1);
    assertEquals(
      describeWrong(check, { ...right, secondGradient })?.startsWith(
        `${check.names[2]} of whole numbers gives `,
      ),
      true,
    );
  }
});

testWithLibrary("what opened in float32 computes right", async () => {
  await openBackend("tensorflow");
  assertEquals(await findWrongArithmetic(), null);
});
