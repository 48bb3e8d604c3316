import { assertEquals } from "@std/assert";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import {
  convolveExactly,
  describeWrong,
  findWrongArithmetic,
} from "../../../lib/backend/tensorflow/check_arithmetic.ts";
import { testWithLibrary } from "./with_library.ts";

Deno.test("the check's convolution has the numbers of one that was worked out by hand, all exact in bfloat16", () => {
  const { output, imageGradient, filterGradient } = convolveExactly();
  // Corner pixel: taps 4, 5, 7, 8 of the filter over pixels 0, 1, 8, 9; output 0.
  const image = (i: number) => (i * i + 3 * i) % 5 - 2;
  const filter = (i: number) => (i * i * 5 + i % 7) % 3 - 1;
  const corner = [[4, 0], [5, 1], [7, 8], [8, 9]].flatMap(([tap, pixel]) =>
    [0, 1, 2].map((c) => image(pixel! * 3 + c) * filter((tap! * 3 + c) * 16))
  );
  assertEquals(output[0], corner.reduce((sum, value) => sum + value, 0));
  for (const values of [output, imageGradient, filterGradient]) {
    const numbers = Array.from(values);
    assertEquals(numbers.every((value) => Number.isInteger(value) && Math.abs(value) <= 256), true);
    assertEquals(new Set(numbers).size > 5, true, "a check of equal numbers checks little");
  }
  assertEquals(describeWrong({ output, imageGradient, filterGradient }), null);
});

Deno.test("one wrong number anywhere is found, NaN too", () => {
  const right = convolveExactly();
  const change = (values: ArrayLike<number>, at: number, value: number) =>
    Array.from(values, (old, i) => i === at ? value : old);
  const at = right.output.length - 1;
  assertEquals(
    describeWrong({ ...right, output: change(right.output, at, 1000) }),
    `a convolution of whole numbers gives 1000 where ${right.output[at]} is right`,
  );
  assertEquals(
    describeWrong({ ...right, imageGradient: change(right.imageGradient, 7, NaN) }),
    `a convolution's input gradient of whole numbers gives NaN where ${
      right.imageGradient[7]
    } is right`,
  );
  const filterGradient = change(right.filterGradient, 0, right.filterGradient[0]! + 1);
  assertEquals(
    describeWrong({ ...right, filterGradient })?.startsWith("a convolution's filter gradient"),
    true,
  );
});

testWithLibrary("what opened in float32 computes right", async () => {
  await openBackend("tensorflow");
  assertEquals(await findWrongArithmetic(), null);
});
