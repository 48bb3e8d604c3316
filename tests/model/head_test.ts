import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import golden from "../golden/models.json" with { type: "json" };
import { headSpecs, projectFeatures } from "../../lib/model/head.ts";
import { createTensorStore, type TensorStore } from "../../lib/model/tensor_store.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { goldenWeights } from "./golden_model.ts";
import { testOnBackends } from "./on_backends.ts";

const { weightSeedBase, tensors, features: F, embedding: D } = golden.head;
const B = 6;
const BACKENDS = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

function createStore(): TensorStore {
  const store = createTensorStore(headSpecs(F, D), RandomStream.named(1, "test"));
  const weights = goldenWeights(tensors, weightSeedBase);
  store.load(weights.map((tensor) => ({ ...tensor, name: `head.${tensor.name}` })));
  return store;
}

for (const run of golden.head.runs) {
  const batchNorm = run.mode === "train" ? "train" : "frozen";

  await testOnBackends(
    `head in mode ${run.mode} is the authors', with every gradient`,
    BACKENDS,
    async () => {
      const store = createStore();
      const tensorCount = tf.memory().numTensors;
      const { embeddings, gradients } = await computeGradients(store, run, batchNorm);
      assertAllClose(embeddings, run.embeddings, 1e-5, "embeddings");
      const expected: Record<string, number[]> = { ...run.grads, x: run.gradInput };
      // A batch norm that trains takes back what the scale before it does: that gradient is rounding beside the others.
      const largest = Math.max(...Object.values(expected).flat().map(Math.abs));
      for (const [name, gradient] of Object.entries(gradients)) {
        const values = expected[name]!;
        const scale = Math.max(...values.map(Math.abs));
        assertAllClose(gradient, values, 1e-4 * Math.max(1, 1e-2 * largest / scale), name);
      }
      assertAllClose(await store.get("head.1.running_mean").data(), run.runningMean, 1e-5);
      assertAllClose(await store.get("head.1.running_var").data(), run.runningVar, 1e-5);
      assertEquals(tf.memory().numTensors, tensorCount, "tensors left over");
      store.dispose();
    },
  );
}

/** Embeddings of a run, and the gradients of Σ embeddings · T(..., gradWeightsSeed), by the file's names and `x`. */
async function computeGradients(
  store: TensorStore,
  run: typeof golden.head.runs[number],
  batchNorm: "frozen" | "train",
) {
  const names = store.parameterNames();
  const kept = tf.tidy(() => {
    const x = tf.variable(
      tf.tensor2d(goldenTensor([B, F], run.inputSeed, run.inputScale), [B, F]),
    );
    const weights = tf.tensor2d(goldenTensor([B, D], run.gradWeightsSeed), [B, D]);
    let embeddings: tf.Tensor | undefined;
    const { grads } = tf.variableGrads(() => {
      embeddings = tf.keep(projectFeatures(store, x as tf.Tensor2D, { batchNorm }));
      return tf.sum(tf.mul(embeddings, weights)) as tf.Scalar;
    }, [x, ...names.map((name) => store.get(name))]);
    x.dispose();
    return [embeddings!, grads[x.name]!, ...names.map((name) => grads[store.get(name).name]!)];
  });
  const [embeddings, ...gradients] = await Promise.all(kept.map((tensor) => tensor.data()));
  tf.dispose(kept);
  const keys = ["x", ...names.map((name) => name.replace("head.", ""))];
  return {
    embeddings: embeddings!,
    gradients: Object.fromEntries(keys.map((key, i) => [key, gradients[i]!])),
  };
}

Deno.test("headSpecs() begins like PyTorch's linear layer, or orthogonal with a zero bias", () => {
  const bound = 1 / Math.sqrt(64);
  const linear = (init: "default" | "orthogonal") =>
    headSpecs(64, 16, init).filter(({ name }) => name.startsWith("head.2")).map(({ init }) => init);
  assertEquals(linear("default"), [{ kind: "uniform", bound }, { kind: "uniform", bound }]);
  assertEquals(linear("orthogonal"), [{ kind: "orthogonal" }, { kind: "constant", value: 0 }]);
});

Deno.test("projectFeatures() gives rows of unit length", () => {
  const store = createTensorStore(headSpecs(8, 4), RandomStream.named(2, "test"));
  const y = tf.tidy(() => {
    const features = tf.tensor2d(goldenTensor([3, 8], 5, 100), [3, 8]);
    return projectFeatures(store, features, { batchNorm: "frozen" });
  });
  for (const row of y.arraySync()) assertAlmostEquals(Math.hypot(...row), 1, 1e-6);
  y.dispose();
  store.dispose();
});
