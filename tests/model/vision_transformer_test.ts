import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import type { Backbone } from "../../lib/model/backbone.ts";
import { DEIT_TI } from "../../lib/model/deit_ti.ts";
import { DINO_VITS16 } from "../../lib/model/dino_vits16.ts";
import { DINOV2_VITS14 } from "../../lib/model/dinov2_vits14.ts";
import { withoutLeftovers } from "../../lib/model/embedder.ts";
import { backboneEntries, createGoldenStore, type GoldenModel, TIMM } from "./golden_model.ts";
import { testGoldenRuns } from "./golden_runs.ts";
import { testOnBackends } from "./on_backends.ts";

const MODELS: readonly (readonly [Backbone, GoldenModel])[] = [
  [DEIT_TI, TIMM.deit_ti],
  [DINO_VITS16, TIMM.dino_vits16],
  [DINOV2_VITS14, TIMM.dinov2_vits14],
];

for (const [backbone, model] of MODELS) {
  Deno.test(`${backbone.name} has timm's names and shapes, in order`, () => {
    const specs = backbone.specs.map(({ name, shape }) => ({ name, shape }));
    assertEquals(specs, [...backboneEntries(model, backbone)]);
  });

  await testGoldenRuns(
    backbone,
    model,
    model.runs.map((run) => ({
      run,
      backends: ["tensorflow", "wasm"],
      tolerance: 1e-5,
      gradientTolerance: 1e-3,
    })),
  );
}

Deno.test("the mask token of DINOv2's published file is no part of the backbone", () => {
  const data = new Float32Array(384);
  const tensors = ["cls_token", "mask_token"].map((name) => ({ name, shape: [1, 384], data }));
  assertEquals(withoutLeftovers(DINOV2_VITS14, tensors).map(({ name }) => name), ["cls_token"]);
});

await testOnBackends(
  "without a gradient, a transformer holds the tensors of one branch at a time",
  [
    "wasm",
  ],
  async () => {
    const store = createGoldenStore(DEIT_TI, TIMM.deit_ti);
    const images = tf.zeros([4, 64, 64, 3]) as tf.Tensor4D;
    const before = tf.memory().numBytes;
    const { kernels, peakBytes } = await tf.profile(() =>
      DEIT_TI.features(store, images, { batchNorm: "frozen" })
    );
    const allBytes = kernels.reduce((sum, { bytesAdded }) => sum + bytesAdded, 0);
    assert(peakBytes - before < allBytes / 12, `${peakBytes - before} of ${allBytes} bytes`);
    images.dispose();
    store.dispose();
  },
);
