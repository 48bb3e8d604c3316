import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import type { NamedTensor } from "../../../lib/file/named_tensor.ts";
import type { Backbone } from "../../../lib/model/backbone.ts";
import { createEmbedder, EVALUATION_MODE } from "../../../lib/model/embedder.ts";
import { exportOnnx } from "../../../lib/model/export/export_onnx.ts";
import { BACKBONES } from "../../../lib/model/registry.ts";
import { RESNET_MINI } from "../../../lib/model/resnet_mini.ts";
import { goldenTensor } from "../../support/generator.ts";
import { needs } from "../../support/permissions.ts";
import { findOnnxReason, runOnnx } from "./run_onnx.ts";

const EMBEDDING_SIZE = 16;
const BATCH_SIZE = 2;
const REASON = await findOnnxReason();

/** Weights at which every factor counts: no scale is 1, no shift and no mean 0. */
async function drawTensors(backbone: Backbone): Promise<NamedTensor[]> {
  const embedder = createEmbedder({ backbone, embeddingSize: EMBEDDING_SIZE, seed: 3 });
  const initial = await embedder.tensors.export();
  embedder.dispose();
  return initial.map(({ name, shape, data }, j) => {
    if (shape.length !== 1) return { name, shape, data };
    const noise = goldenTensor(shape, 100 + j, 0.2);
    return { name, shape, data: data.map((value, i) => value + noise[i]!) };
  });
}

function embedHere(backbone: Backbone, tensors: readonly NamedTensor[], images: tf.Tensor4D) {
  const embedder = createEmbedder({ backbone, embeddingSize: EMBEDDING_SIZE, seed: 0 });
  embedder.tensors.load(tensors);
  const values = tf.tidy(() =>
    embedder.embed(images, EVALUATION_MODE).dataSync<"float32">() as unknown as tf.TensorContainer
  ) as unknown as Float32Array;
  embedder.dispose();
  return values;
}

for (const backbone of BACKBONES) {
  const size = backbone.name === "deit_s" ? 224 : 64; // 224: where positions stay as they are
  Deno.test({
    name:
      `${backbone.name} as ONNX, ${BATCH_SIZE} images of ${size} px, embeds as here within 1e-4` +
      (REASON ? ` (skipped: ${REASON})` : ""),
    ignore: REASON !== null || needs("read", "write", "run"),
    async fn() {
      await openBackend("wasm");
      const folder = await Deno.makeTempDir();
      try {
        const tensors = await drawTensors(backbone);
        const shape: [number, number, number, number] = [BATCH_SIZE, 3, size, size];
        const nchw = goldenTensor(shape, 5, 2);
        const images = tf.tidy(() => tf.transpose(tf.tensor4d(nchw, shape), [0, 2, 3, 1]));
        const expected = embedHere(backbone, tensors, images);
        images.dispose();
        const tensorCount = tf.memory().numTensors;
        const options = { backbone, embeddingSize: EMBEDDING_SIZE, inputSize: size, tensors };
        const model = exportOnnx({ ...options, metadata: { run: "a" } });
        assertEquals([tf.getBackend(), tf.memory().numTensors], ["wasm", tensorCount]);
        const outcome = await runOnnx(folder, model, nchw, shape);
        assertEquals([outcome.inputs, outcome.outputs], [["images"], ["embeddings"]]);
        assertEquals(outcome.shape, [BATCH_SIZE, EMBEDDING_SIZE]);
        const worst = Math.max(
          ...outcome.embeddings.map((value, i) => Math.abs(value - expected[i]!)),
        );
        assert(worst <= 1e-4, `${worst}`);
        const other = expected.map((value, i) => value - expected[(i + 1) % expected.length]!);
        assert(Math.max(...other.map(Math.abs)) > 1e-2, "embeddings must differ to be compared");
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

Deno.test("a model is exported to the same bytes each time", async () => {
  await openBackend("cpu");
  const tensors = await drawTensors(RESNET_MINI);
  const options = { backbone: RESNET_MINI, embeddingSize: EMBEDDING_SIZE, inputSize: 32, tensors };
  const [first, second] = [0, 1].map(() => exportOnnx({ ...options, metadata: { run: "a" } }));
  assertEquals(first, second);
});
