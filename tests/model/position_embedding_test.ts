import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import float64 from "../golden/model_float64.json" with { type: "json" };
import transformers from "../golden/vision_transformers.json" with { type: "json" };
import {
  type PositionResize,
  resizePositionGrid,
  resizeWeights,
} from "../../lib/model/position_embedding.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { testOnBackends } from "./on_backends.ts";

const CHANNEL_COUNT = 2;

const CASES = [
  ...float64.bicubic.map((golden) => ({ ...golden, oldSize: 14, resize: "bicubic" as const })),
  ...transformers.bicubic_antialias.map((golden) => ({
    ...golden,
    resize: "bicubic_antialias" as const,
  })),
];

for (const { seed, oldSize, height, width, values, resize } of CASES) {
  await testOnBackends(
    `resizePositionGrid() by ${resize} resizes ${oldSize} x ${oldSize} to ${height} x ${width} as PyTorch does`,
    ["wasm", "cpu"],
    () => {
      const resized = tf.tidy(() => {
        const channels = goldenTensor([CHANNEL_COUNT, oldSize, oldSize], seed);
        const grid = tf.transpose(tf.tensor(channels, [CHANNEL_COUNT, oldSize, oldSize]), [
          1,
          2,
          0,
        ]);
        const resized = resizePositionGrid(grid as tf.Tensor3D, height, width, resize);
        assertEquals(resized.shape, [height, width, CHANNEL_COUNT]);
        return tf.transpose(resized, [2, 0, 1]).dataSync();
      });
      assertAllClose(resized, values, 2e-6);
    },
  );
}

for (const resize of ["bicubic", "bicubic_antialias"] as PositionResize[]) {
  Deno.test(`resizeWeights() by ${resize} changes nothing where the size stays`, () => {
    assertEquals(resizeWeights(3, 3, resize).map((row) => row.map((w) => w + 0)), [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  Deno.test(`resizeWeights() by ${resize} gives rows that sum to 1`, () => {
    for (const row of resizeWeights(14, 7, resize)) {
      assertAllClose([row.reduce((sum, weight) => sum + weight, 0)], [1], 1e-12);
    }
  });
}
