import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { mixTokens } from "../../../lib/model/layers/attention.ts";
import { gelu } from "../../../lib/backend/ops/gelu.ts";
import { layerNorm, layerNormSpecs } from "../../../lib/model/layers/layer_norm.ts";
import { linear, linearSpecs } from "../../../lib/model/layers/linear.ts";
import { createTensorStore, type TensorStore } from "../../../lib/model/tensor_store.ts";
import type { TensorSpec } from "../../../lib/model/tensor_spec.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import {
  referenceAttention,
  referenceGelu,
  referenceGeluSlope,
  referenceLayerNorm,
} from "../../support/oracles/network_layers.ts";
import { dot, measureGradient } from "../numerical_gradient.ts";
import { testOnBackends } from "../on_backends.ts";

/** A store whose tensor j is T(shape, seed + j), with the values by name. */
function fillStore(specs: TensorSpec[], seed: number): [TensorStore, Record<string, number[]>] {
  const store = createTensorStore(specs, RandomStream.named(1, "test"));
  const tensors = specs.map(({ name, shape }, j) => ({
    name,
    shape,
    data: goldenTensor(shape, seed + j),
  }));
  store.load(tensors);
  return [store, Object.fromEntries(tensors.map(({ name, data }) => [name, [...data]]))];
}

/** Gradients of Σ y · weights by the store's parameters and by x, by name. */
function computeGradients(
  store: TensorStore,
  x: Float32Array,
  shape: number[],
  weights: Float32Array,
  forward: (x: tf.Tensor) => tf.Tensor,
): Record<string, ArrayLike<number>> {
  const gradients: Record<string, ArrayLike<number>> = {};
  tf.tidy(() => {
    const input = tf.variable(tf.tensor(x, shape));
    const names = store.parameterNames();
    const { grads } = tf.variableGrads(() => {
      const y = forward(input);
      return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
    }, [input, ...names.map((name) => store.get(name))]);
    gradients.x = grads[input.name]!.dataSync();
    for (const name of names) gradients[name] = grads[store.get(name).name]!.dataSync();
    input.dispose();
  });
  return gradients;
}

const ROWS = goldenTensor([3, 5], 20, 2, 1);
const ROW_WEIGHTS = goldenTensor([3, 5], 21);

await testOnBackends(
  "layerNorm() and its gradients are those of the formula",
  ["wasm", "cpu"],
  () => {
    const [store, values] = fillStore(layerNormSpecs("ln", 5), 30);
    const reference = (v: Record<string, ArrayLike<number>>) =>
      referenceLayerNorm(v.x!, 5, v["ln.weight"]!, v["ln.bias"]!, 1e-3);
    const all = { ...values, x: [...ROWS] };
    const y = tf.tidy(() => layerNorm(store, tf.tensor(ROWS, [3, 5]), "ln", 1e-3).dataSync());
    assertAllClose(y, reference(all), 1e-5);
    const forward = (x: tf.Tensor) => layerNorm(store, x, "ln", 1e-3);
    const gradients = computeGradients(store, ROWS, [3, 5], ROW_WEIGHTS, forward);
    for (const [name, value] of Object.entries(all)) {
      const expected = measureGradient(
        (v) => dot(reference({ ...all, [name]: v }), ROW_WEIGHTS),
        value,
      );
      assertAllClose(gradients[name]!, expected, 1e-4, name);
    }
    store.dispose();
  },
);

const POINTS = [-6, -3, -1.5, -0.7, -0.1, 0, 0.2, 0.9, 2, 5];

await testOnBackends("gelu() is the exact one, not its tanh approximation", ["wasm", "cpu"], () => {
  const [y, gradient] = tf.tidy(() =>
    [
      gelu(tf.tensor1d(POINTS)).dataSync(),
      tf.grad((x) => tf.sum(gelu(x)))(tf.tensor1d(POINTS)).dataSync(),
    ] as unknown as tf.Tensor[]
  ) as unknown as [Float32Array, Float32Array];
  assertAllClose(y, POINTS.map(referenceGelu), 1e-6);
  assertAllClose(gradient, POINTS.map(referenceGeluSlope), 1e-5);
});

const [TOKEN_COUNT, WIDTH, HEAD_COUNT] = [3, 4, 2];
const INIT = { kind: "constant", value: 0 } as const;

await testOnBackends(
  "mixTokens() before a linear layer, and their gradients, are self-attention's formula",
  ["wasm", "cpu"],
  () => {
    const init = { weight: INIT, bias: INIT };
    const [store, values] = fillStore([
      ...linearSpecs("attn.qkv", WIDTH, 3 * WIDTH, init),
      ...linearSpecs("attn.proj", WIDTH, WIDTH, init),
    ], 40);
    const shape = [2, TOKEN_COUNT, WIDTH];
    const input = goldenTensor(shape, 50);
    const weights = goldenTensor(shape, 51);
    const all: Record<string, number[]> = { ...values, x: [...input] };
    const forward = (x: tf.Tensor) =>
      linear(store, mixTokens(store, x as tf.Tensor3D, "attn", HEAD_COUNT), "attn.proj");
    assertAllClose(tf.tidy(() => forward(tf.tensor(input, shape)).dataSync()), attend(all), 1e-5);
    const gradients = computeGradients(store, input, shape, weights, forward);
    for (const [name, value] of Object.entries(all)) {
      const expected = measureGradient((v) => dot(attend({ ...all, [name]: v }), weights), value);
      assertAllClose(gradients[name]!, expected, 1e-4, name);
    }
    store.dispose();
  },
);

/** The oracle for both batch entries, from flat values by name. */
function attend(v: Record<string, number[]>): number[] {
  const layer = (name: string) => ({
    weight: split(v[`${name}.weight`]!, WIDTH),
    bias: v[`${name}.bias`]!,
  });
  return split(v.x!, TOKEN_COUNT * WIDTH).flatMap((entry) =>
    referenceAttention(split(entry, WIDTH), layer("attn.qkv"), layer("attn.proj"), HEAD_COUNT)
      .flat()
  );
}

function split(values: number[], length: number): number[][] {
  return Array.from(
    { length: values.length / length },
    (_, i) => values.slice(i * length, (i + 1) * length),
  );
}

Deno.test("mixTokens() allocates its result alone", () => {
  const init = { weight: INIT, bias: INIT };
  const [store] = fillStore([
    ...linearSpecs("attn.qkv", WIDTH, 3 * WIDTH, init),
    ...linearSpecs("attn.proj", WIDTH, WIDTH, init),
  ], 40);
  const before = tf.memory().numTensors;
  const y = tf.tidy(() => mixTokens(store, tf.zeros([1, TOKEN_COUNT, WIDTH]), "attn", HEAD_COUNT));
  assertEquals(tf.memory().numTensors, before + 1);
  y.dispose();
  store.dispose();
});
