import { assertEquals } from "@std/assert";
import { evenChannels } from "../../../../lib/backend/tensorflow/graph/even_channels.ts";
import type { GraphOutput } from "../../../../lib/backend/tensorflow/graph/graph_output.ts";
import { DATA_TYPES } from "../../../../lib/backend/tensorflow/library/codes.ts";

const tensor = (shape: readonly number[], dtype: number = DATA_TYPES.TF_BFLOAT16): GraphOutput => ({
  operation: null,
  index: 0,
  dtype,
  shape: [...shape],
});

/** Shapes of an op's inputs afterwards, and the paddings that were asked for. */
function outcomeOf(name: string, inputShapes: readonly (readonly number[])[]) {
  const constants: number[][] = [];
  const graph = {
    numbers(dtype: number, shape: readonly number[], values: ArrayLike<number>) {
      constants.push(Array.from(values));
      return tensor(shape, dtype);
    },
    add(_name: string, _attributes: readonly unknown[], [padded]: readonly GraphOutput[]) {
      const paddings = constants.at(-2)!;
      const shape = padded!.shape!.map((size, axis) => size + paddings[2 * axis + 1]!);
      return { operation: null, outputs: [tensor(shape)] };
    },
  };
  const inputs = inputShapes.map((shape) => tensor(shape));
  return evenChannels(graph, name, inputs).map(({ shape }) => shape);
}

Deno.test("an odd number of channels that a convolution sums over becomes even, in both of its factors", () => {
  assertEquals(
    outcomeOf("Conv2D", [[2, 8, 8, 3], [3, 3, 3, 5]]),
    [[2, 8, 8, 4], [3, 3, 4, 5]],
  );
  assertEquals(
    outcomeOf("Conv2DBackpropInput", [[4], [3, 3, 3, 5], [2, 8, 8, 5]]),
    [[4], [3, 3, 3, 6], [2, 8, 8, 6]],
  );
});

Deno.test("even numbers of channels, gradients of filters and other ops are left as they are", () => {
  for (
    const [name, ...shapes] of [
      ["Conv2D", [2, 8, 8, 4], [3, 3, 4, 5]],
      ["Conv2DBackpropInput", [4], [3, 3, 3, 6], [2, 8, 8, 6]],
      ["Conv2DBackpropFilter", [2, 8, 8, 3], [4], [2, 8, 8, 5]],
      ["MatMul", [3, 5], [5, 7]],
    ] as const
  ) {
    assertEquals(outcomeOf(name, shapes), shapes.map((shape) => [...shape]));
  }
});
