import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { uniformFanIn } from "../../../lib/model/initializer.ts";
import {
  convNorm,
  type ConvNormLayer,
  convNormSpecs,
} from "../../../lib/model/layers/conv_norm.ts";
import type { BatchNormMode } from "../../../lib/model/layers/layer_context.ts";
import { createTensorStore, type TensorStore } from "../../../lib/model/tensor_store.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import {
  referenceBatchNorm,
  referenceConv,
  referenceStatistics,
} from "../../support/oracles/network_layers.ts";
import { dot, measureGradient } from "../numerical_gradient.ts";
import { testOnBackends } from "../on_backends.ts";

const LAYER: ConvNormLayer = {
  conv: "c",
  norm: "n",
  inputCount: 2,
  outputCount: 3,
  kernelSize: 3,
  stride: 2,
  pad: 1, // TensorFlow's `same` would pad an even size at the end only
  hasBias: true,
};
const X_SHAPE: [number, number, number, number] = [2, 6, 6, 2];
const Y_SHAPE: [number, number, number, number] = [2, 3, 3, 3];
const VALUES: Record<string, Float32Array> = {
  x: goldenTensor(X_SHAPE, 1),
  residual: goldenTensor(Y_SHAPE, 2),
  "c.weight": goldenTensor([3, 2, 3, 3], 3),
  "c.bias": goldenTensor([3], 4),
  "n.weight": goldenTensor([3], 5, 0.3, 1),
  "n.bias": goldenTensor([3], 6),
  "n.running_mean": goldenTensor([3], 7),
  "n.running_var": goldenTensor([3], 8, 0.3, 1),
};
const WEIGHTS = goldenTensor(Y_SHAPE, 9);

/** relu(batch norm(conv(x) + bias) + residual) in float64. */
function reference(values: Record<string, ArrayLike<number>>, mode: BatchNormMode): number[] {
  const { data } = referenceConv(
    { shape: X_SHAPE, data: values.x! },
    values["c.weight"]!,
    3,
    3,
    2,
    1,
  );
  const biased = data.map((value, i) => value + values["c.bias"]![i % 3]!);
  const statistics = mode === "train"
    ? referenceStatistics(biased, 3)
    : { mean: values["n.running_mean"]!, variance: values["n.running_var"]! };
  return referenceBatchNorm(biased, statistics, values["n.weight"]!, values["n.bias"]!)
    .map((value, i) => Math.max(0, value + values.residual![i]!));
}

function createStore(): TensorStore {
  const specs = convNormSpecs(LAYER, uniformFanIn);
  const store = createTensorStore(specs, RandomStream.named(1, "test"));
  store.load(specs.map(({ name, shape }) => ({ name, shape, data: VALUES[name]! })));
  return store;
}

function apply(
  store: TensorStore,
  mode: BatchNormMode,
  x: tf.Tensor,
  residual: tf.Tensor,
): tf.Tensor4D {
  const context = { tensors: store, batchNorm: mode, momentum: 0.1 };
  return convNorm(context, x as tf.Tensor4D, LAYER, {
    hasRelu: true,
    residual: residual as tf.Tensor4D,
  });
}

for (const mode of ["frozen", "train"] as const) {
  await testOnBackends(`convNorm() in mode ${mode} pads symmetrically and normalizes`, [
    "wasm",
    "cpu",
  ], () => {
    const store = createStore();
    const y = tf.tidy(() =>
      apply(store, mode, tf.tensor(VALUES.x!, X_SHAPE), tf.tensor(VALUES.residual!, Y_SHAPE))
    );
    assertEquals(y.shape, Y_SHAPE);
    assertAllClose(y.dataSync(), reference(VALUES, mode), 1e-5);
    y.dispose();
    store.dispose();
  });

  await testOnBackends(`convNorm() in mode ${mode} has the gradient of every input`, [
    "wasm",
    "cpu",
  ], () => {
    const store = createStore();
    const names = store.parameterNames();
    const gradients = tf.tidy(() => {
      const x = tf.variable(tf.tensor(VALUES.x!, X_SHAPE));
      const residual = tf.variable(tf.tensor(VALUES.residual!, Y_SHAPE));
      const variables = [x, residual, ...names.map((name) => store.get(name))];
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(apply(store, mode, x, residual), tf.tensor4d(WEIGHTS, Y_SHAPE))),
        variables,
      );
      const all = variables.map((variable) => {
        const gradient = grads[variable.name]!;
        return gradient.rank === 4 && variable !== x && variable !== residual
          ? tf.transpose(gradient, [3, 2, 0, 1]).dataSync() // PyTorch's layout
          : gradient.dataSync();
      });
      x.dispose();
      residual.dispose();
      return Object.fromEntries(["x", "residual", ...names].map((name, i) => [name, all[i]!])) as
        & Record<string, Float32Array>
        & tf.TensorContainerObject;
    }) as unknown as Record<string, Float32Array>;

    const scale = mode === "train" ? "c.weight" : "c.bias"; // before statistics, a bias has no gradient
    for (const name of ["x", "residual", ...names]) {
      const expected = measureGradient(
        (values) => dot(reference({ ...VALUES, [name]: values }, mode), WEIGHTS),
        VALUES[name]!,
      );
      if (name === "c.bias" && mode === "train") {
        const largest = Math.max(...gradients[scale]!.map(Math.abs));
        assertAllClose([...gradients[name]!, largest], [0, 0, 0, largest], 1e-5, name);
      } else assertAllClose(gradients[name]!, expected, 1e-4, name);
    }
    store.dispose();
  });
}

Deno.test("convNorm() frozen leaves the running statistics as they are", async () => {
  const store = createStore();
  const before = await store.export();
  tf.tidy(() =>
    apply(store, "frozen", tf.tensor(VALUES.x!, X_SHAPE), tf.tensor(VALUES.residual!, Y_SHAPE))
  );
  assertEquals(await store.export(), before);
  store.dispose();
});

Deno.test("convNorm() allocates its result alone", () => {
  const store = createStore();
  const [x, residual] = [tf.tensor(VALUES.x!, X_SHAPE), tf.tensor(VALUES.residual!, Y_SHAPE)];
  for (const mode of ["frozen", "train"] as const) {
    const before = tf.memory().numTensors;
    const y = tf.tidy(() => apply(store, mode, x, residual));
    assertEquals(tf.memory().numTensors, before + 1);
    y.dispose();
  }
  tf.dispose([x, residual]);
  store.dispose();
});
