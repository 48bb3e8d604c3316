import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { windowAttributes } from "../../../../lib/backend/tensorflow/kernels/window.ts";

/** Padding and explicit paddings of a pool over a square input. */
function describe(size: number, window: number, stride: number, pad: number | "same") {
  const info = tf.backend_util.computePool2DInfo(
    [1, size, size, 1],
    window,
    stride,
    1,
    pad,
    typeof pad === "number" && pad > 0 ? "floor" : undefined,
  );
  const attributes = windowAttributes(info);
  const value = (name: string) => attributes.find((attribute) => attribute.name === name)?.value;
  return [value("padding"), value("explicit_paddings")];
}

Deno.test("no padding is VALID", () => {
  assertEquals(describe(9, 3, 2, 0), ["VALID", undefined]);
});

Deno.test("symmetric padding of stride 1 is TensorFlow's SAME", () => {
  assertEquals(describe(14, 3, 1, 1), ["SAME", undefined]);
});

Deno.test("symmetric padding of stride 2 on an even side is explicit, and ends with the last window", () => {
  // 56 + 2 entries, windows of 3 begin at 0, 2, ..., 54: the zero after the input is never read.
  assertEquals(describe(56, 3, 2, 1), ["EXPLICIT", [0, 0, 1, 0, 1, 0, 0, 0]]);
  assertEquals(describe(224, 7, 2, 3), ["EXPLICIT", [0, 0, 3, 2, 3, 2, 0, 0]]);
});

Deno.test("symmetric padding of stride 2 on an odd side is SAME", () => {
  assertEquals(describe(9, 3, 2, 1), ["SAME", undefined]);
});

Deno.test("tfjs's same is TensorFlow's SAME", () => {
  assertEquals(describe(56, 3, 2, "same"), ["SAME", undefined]);
});
