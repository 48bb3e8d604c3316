import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../../../lib/backend/compile.ts";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import type { NodeBackend } from "../../../lib/backend/tensorflow/eager/node_package.ts";
import { hiddenLayer } from "../../../lib/model/layers/hidden_layer.ts";
import { layerNorm, layerNormSpecs } from "../../../lib/model/layers/layer_norm.ts";
import { linearSpecs } from "../../../lib/model/layers/linear.ts";
import { createTensorStore, type TensorStore } from "../../../lib/model/tensor_store.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { testWithLibrary } from "../../backend/tensorflow/with_library.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import { referenceGelu, referenceLayerNorm } from "../../support/oracles/network_layers.ts";
import { testOnBackends } from "../on_backends.ts";

const [INPUTS, OUTPUTS, SHAPE] = [5, 7, [2, 3, 5]] as const;
const EPSILON = 1e-3;
const X = goldenTensor([...SHAPE], 1, 2, 1);

/** Parameters of both layers, other ones for another seed. */
function createParameters(seed: number) {
  return [
    { name: "fc.weight", shape: [OUTPUTS, INPUTS], data: goldenTensor([OUTPUTS, INPUTS], seed, 2) },
    { name: "fc.bias", shape: [OUTPUTS], data: goldenTensor([OUTPUTS], seed + 1) },
    { name: "ln.weight", shape: [INPUTS], data: goldenTensor([INPUTS], seed + 2) },
    { name: "ln.bias", shape: [INPUTS], data: goldenTensor([INPUTS], seed + 3) },
  ];
}

function createStore(): TensorStore {
  const init = { kind: "constant", value: 0 } as const;
  const linear = linearSpecs("fc", INPUTS, OUTPUTS, { weight: init, bias: init });
  const specs = [...linear, ...layerNormSpecs("ln", INPUTS)];
  return createTensorStore(specs, RandomStream.named(1, "test"));
}

function forward(store: TensorStore, x: tf.Tensor): tf.Tensor[] {
  return [hiddenLayer(store, x, "fc"), layerNorm(store, x, "ln", EPSILON)];
}

/** Both layers in float64. */
function reference(seed: number): [number[], number[]] {
  const [weight, bias, scale, shift] = createParameters(seed).map(({ data }) => data);
  const hidden = Array.from({ length: X.length / INPUTS * OUTPUTS }, (_, at) => {
    const [row, output] = [Math.floor(at / OUTPUTS), at % OUTPUTS];
    let sum = bias![output]!;
    for (let i = 0; i < INPUTS; i++) sum += X[row * INPUTS + i]! * weight![output * INPUTS + i]!;
    return referenceGelu(sum);
  });
  return [hidden, [...referenceLayerNorm(X, INPUTS, scale!, shift!, EPSILON)]];
}

await testOnBackends(
  "a hidden layer and a layer norm are their formulas, compiled or not, and after their parameters change",
  ["wasm", "cpu", "tensorflow"],
  async () => {
    const store = createStore();
    const x = tf.tensor(X, [...SHAPE]);
    const options = { name: "fused_layers", variables: store.variables() };
    const compiled = compileFunction(([input]) => forward(store, input!), options);
    for (const seed of [2, 12]) {
      store.load(createParameters(seed));
      const before = tf.memory().numTensors;
      for (const outputs of [tf.tidy(() => forward(store, x)), compiled.run([x])]) {
        assertEquals(outputs.map(({ shape }) => shape), [[2, 3, OUTPUTS], [...SHAPE]]);
        for (const [i, expected] of reference(seed).entries()) {
          assertAllClose(await outputs[i]!.data(), expected, 1e-5, `output ${i}`);
        }
        tf.dispose(outputs);
      }
      assertEquals(tf.memory().numTensors, before);
    }
    compiled.dispose();
    store.dispose();
    x.dispose();
  },
);

/** Runs a compiled function; returns TensorFlow's ops, and the values of the outputs. */
async function compileAndRun(run: (x: tf.Tensor) => tf.Tensor[], store: TensorStore) {
  const { binding } = tf.backend() as NodeBackend;
  const executeOp = binding.executeOp.bind(binding);
  const names: string[] = [];
  binding.executeOp = (name, ...rest) => {
    names.push(name);
    return executeOp(name, ...rest);
  };
  const x = tf.tensor(X, [...SHAPE]);
  const options = { name: "counted", variables: store.variables() };
  const compiled = compileFunction(([input]) => run(input!), options);
  try {
    const outputs = compiled.run([x]);
    const values = await Promise.all(outputs.map((output) => output.data<"float32">()));
    tf.dispose(outputs);
    return { names, values };
  } finally {
    binding.executeOp = executeOp;
    compiled.dispose();
    x.dispose();
  }
}

testWithLibrary(
  "layers are fused where oneDNN is, and where no gradient is asked for",
  async () => {
    await openBackend("tensorflow");
    const { binding } = tf.backend() as NodeBackend;
    const store = createStore();
    store.load(createParameters(2));
    const evaluate = (x: tf.Tensor) => forward(store, x);
    const isFused = (names: string[]) =>
      ["_FusedMatMul", "_MklLayerNorm"].map((name) => names.includes(name));
    const { hasFusedLayers } = binding.choices;
    const fused = await compileAndRun(evaluate, store);
    assertEquals(isFused(fused.names), [hasFusedLayers, hasFusedLayers]);
    const trained = await compileAndRun(
      (x) => [tf.grad((x: tf.Tensor) => tf.add(...forwardSums(store, x)))(x)],
      store,
    );
    assertEquals(isFused(trained.names), [false, false]);
    const choices = binding.choices;
    binding.choices = { ...choices, hasFusedLayers: false };
    try {
      const split = await compileAndRun(evaluate, store);
      assertEquals(isFused(split.names), [false, false]);
      assert(split.names.includes("Erf"));
      split.values.forEach((values, i) => assertAllClose(fused.values[i]!, values, 1e-5));
    } finally {
      binding.choices = choices;
      store.dispose();
    }
  },
);

function forwardSums(store: TensorStore, x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [hidden, normalized] = forward(store, x) as [tf.Tensor, tf.Tensor];
  return [tf.sum(hidden), tf.sum(normalized)];
}
