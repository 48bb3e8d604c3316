import { assertEquals } from "@std/assert";
import golden from "../golden/model_float64.json" with { type: "json" };
import { bicubicWeights, gridResizeMatrix } from "../../lib/model/position_embedding.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";

const GRID_SIZE = 14;
const CHANNEL_COUNT = 2;

for (const { seed, height, width, values } of golden.bicubic) {
  Deno.test(`gridResizeMatrix() resizes 14 x 14 to ${height} x ${width} as PyTorch does`, () => {
    const source = goldenTensor([CHANNEL_COUNT, GRID_SIZE, GRID_SIZE], seed);
    const matrix = gridResizeMatrix(GRID_SIZE, height, width);
    const cellCount = GRID_SIZE ** 2;
    const resized: number[] = [];
    for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
      for (let to = 0; to < height * width; to++) {
        let sum = 0;
        for (let from = 0; from < cellCount; from++) {
          sum += matrix[to * cellCount + from]! * source[channel * cellCount + from]!;
        }
        resized.push(sum);
      }
    }
    assertAllClose(resized, values, 1e-6);
  });
}

Deno.test("bicubicWeights() of the same size changes nothing", () => {
  assertEquals(bicubicWeights(3, 3), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
});
