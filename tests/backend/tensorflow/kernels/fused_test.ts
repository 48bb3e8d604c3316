import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction, type TensorFunction } from "../../../../lib/backend/compile.ts";
import { openBackend } from "../../../../lib/backend/open_backend.ts";
import { fuse } from "../../../../lib/backend/ops/fuse.ts";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { profileFunction } from "../../../../lib/backend/tensorflow/graph/op_profile.ts";
import { gelu } from "../../../../lib/backend/ops/gelu.ts";
import { layerNorm, layerNormSpecs } from "../../../../lib/model/layers/layer_norm.ts";
import { createTensorStore } from "../../../../lib/model/tensor_store.ts";
import { RandomStream } from "../../../../lib/random_stream.ts";
import { assertAllClose } from "../../../support/close.ts";
import { goldenTensor } from "../../../support/generator.ts";
import {
  referenceGelu,
  referenceGeluSlope,
  referenceLayerNorm,
  referenceLayerNormGradients,
} from "../../../support/oracles/network_layers.ts";
import { readTensors } from "../../read_tensors.ts";
import { testWithLibrary } from "../with_library.ts";

/** Enough for XLA. */
const [ROWS, COLUMNS] = [1100, 60] as const;
const EPSILON = 1e-3;
const SOME = 300;
const X = goldenTensor([ROWS, COLUMNS], 1, 2, 0.5);
const UPSTREAM = goldenTensor([ROWS, COLUMNS], 2);
const [SCALE, SHIFT] = [goldenTensor([COLUMNS], 3, 1, 1), goldenTensor([COLUMNS], 4)];

async function withXla(hasXla: boolean, run: () => Promise<void>): Promise<void> {
  await openBackend("tensorflow");
  const { binding } = tf.backend() as NodeBackend;
  const { choices } = binding;
  try {
    binding.choices = { ...choices, hasXla };
    await run();
  } finally {
    binding.choices = choices;
  }
}

/** Values of a compiled function, and the ops that it ran. */
async function runCompiled(fn: TensorFunction, inputs: tf.Tensor[], variables: tf.Variable[] = []) {
  const compiled = compileFunction(fn, { name: "fused", variables });
  const values = await readTensors(() => compiled.run(inputs));
  const ops = profileFunction(fn, inputs, { variables, warmupCount: 1 }).map(({ op }) => op);
  compiled.dispose();
  return { values, ops };
}

for (const hasXla of [true, false]) {
  const way = hasXla ? "by XLA" : "op by op";
  testWithLibrary(
    `GELU and its gradient in a compiled function are right ${way}`,
    () =>
      withXla(hasXla, async () => {
        const x = X.map((_, i) => X[i % SOME]!); // few different ones: the oracle's Φ is an integral
        const inputs = [x, UPSTREAM].map((values) => tf.tensor2d(values, [ROWS, COLUMNS]));
        const fn: TensorFunction = ([x, upstream]) => [gelu(x!), tf.grad(gelu)(x!, upstream!)];
        const { values: [y, dx], ops } = await runCompiled(fn, inputs);
        assertEquals(ops.includes("PartitionedCall"), hasXla, ops.join());
        const some = Array.from(x.subarray(0, SOME));
        const expected = some.map(referenceGelu);
        assertAllClose(y!, Array.from(x, (_, i) => expected[i % SOME]!), 1e-6, "y");
        const slopes = some.map(referenceGeluSlope);
        assertAllClose(dx!, UPSTREAM.map((value, i) => value * slopes[i % SOME]!), 1e-6, "dx");
        tf.dispose(inputs);
      }),
  );

  testWithLibrary(
    `a layer norm and its gradients in a compiled function are right ${way}`,
    () =>
      withXla(hasXla, async () => {
        const store = createTensorStore(
          layerNormSpecs("ln", COLUMNS),
          RandomStream.named(1, "test"),
        );
        store.load([
          { name: "ln.weight", shape: [COLUMNS], data: SCALE },
          { name: "ln.bias", shape: [COLUMNS], data: SHIFT },
        ]);
        const inputs = [X, UPSTREAM].map((values) => tf.tensor2d(values, [ROWS, COLUMNS]));
        const fn: TensorFunction = ([x, upstream]) => {
          const loss = () =>
            tf.sum(
              tf.mul(layerNorm(store, x as tf.Tensor2D, "ln", EPSILON), upstream!),
            ) as tf.Scalar;
          const normalize = (x: tf.Tensor) => layerNorm(store, x, "ln", EPSILON);
          const { grads } = tf.variableGrads(loss, store.variables());
          const [dScale, dShift] = store.variables().map(({ name }) => grads[name]!);
          return [normalize(x!), tf.grad(normalize)(x!, upstream!), dScale!, dShift!];
        };
        const { values, ops } = await runCompiled(fn, inputs, store.variables());
        assertEquals(ops.includes("PartitionedCall"), hasXla, ops.join());
        const expected = referenceLayerNormGradients(X, UPSTREAM, SCALE, EPSILON);
        assertAllClose(
          values[0]!,
          referenceLayerNorm(X, COLUMNS, SCALE, SHIFT, EPSILON),
          1e-6,
          "y",
        );
        assertAllClose(values[1]!, expected.dx, 2e-6, "dx");
        assertAllClose(values[2]!, expected.dScale, 2e-6, "dScale");
        assertAllClose(values[3]!, expected.dShift, 2e-6, "dShift");
        tf.dispose(inputs);
        store.dispose();
      }),
  );
}

testWithLibrary(
  "fuse() tells functions apart by name and shape, and runs op by op outside of compiled ones",
  () =>
    withXla(true, async () => {
      const add = (amount: number) => ({
        name: `add_${amount}`,
        body: ([x]: tf.Tensor[]) => [tf.add(x!, amount)],
      });
      const sizes = [1 << 16, 1 << 17];
      const inputs = sizes.map((size) => tf.fill([size], 5));
      const fn: TensorFunction = (inputs) =>
        inputs.flatMap((x) => [1, 2].flatMap((amount) => fuse(add(amount), [x])));
      const { values } = await runCompiled(fn, inputs);
      assertEquals(values.map((one) => [one.length, one.at(-1)]), [
        [sizes[0], 6],
        [sizes[0], 7],
        [sizes[1], 6],
        [sizes[1], 7],
      ]);
      const [eager] = await readTensors(() => fuse(add(3), [inputs[0]!]));
      assertEquals(eager!.at(-1), 8);
      const same = await runCompiled(fn, inputs);
      assert(same.values.every((one, i) => one.every((value, j) => value === values[i]![j])));
      tf.dispose(inputs);
    }),
);
