import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../lib/errors.ts";
import { createOptimizer } from "../../lib/optim/optimizer.ts";
import { OPTIMIZER_NAMES, type OptimizerName } from "../../lib/optim/optimizer_config.ts";
import type { OptimizerState } from "../../lib/optim/optimizer_memory.ts";
import { testOnEachBackend } from "../support/each_backend.ts";

const configOf = (name: OptimizerName) =>
  ({ name, learningRate: 0.1, proxyLearningRateMultiplier: 1, weightDecay: 0.01 }) as const;

testOnEachBackend("a refused update changes neither parameters nor state", async () => {
  for (const name of OPTIMIZER_NAMES) {
    const before = tf.memory().numTensors;
    const [values, gradient] = [tf.tensor1d([1, 2]), tf.tensor1d([1, -1])];
    const parameter = tf.variable(values);
    const optimizer = createOptimizer(configOf(name));
    optimizer.step(new Map([["p", parameter]]), new Map([["p", gradient]]));
    const [moved, state] = [parameter.dataSync<"float32">(), await optimizer.export()];
    const refusal = (names: readonly string[], factor?: number) => {
      const parameters = new Map(names.map((key) => [key, parameter]));
      const gradients = new Map(names.map((key) => [key, gradient]));
      return assertThrows(() => optimizer.step(parameters, gradients, factor), RangeError).message;
    };
    for (const factor of [NaN, Infinity, -1]) {
      assertEquals(
        refusal(["p"], factor),
        `Cannot update parameters as scheduleFactor must be a finite number of at least 0: it is ${factor}`,
      );
    }
    assertEquals(
      refusal(["p", "q"]),
      "Cannot update q as a parameter must have one name: it is p too",
    );
    assertEquals([parameter.dataSync<"float32">(), await optimizer.export()], [moved, state]);
    optimizer.dispose();
    tf.dispose([values, gradient, parameter]);
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("load() refuses a tensor that is there twice, and tensors of one parameter of two shapes", () => {
  const optimizer = createOptimizer(configOf("adam"));
  const [first, second] = ["first_moment", "second_moment"].map((state) => ({
    name: `p/${state}`,
    shape: [4],
    data: new Float32Array(4),
  }));
  const message = (tensors: OptimizerState["tensors"]) =>
    assertThrows(() => optimizer.load({ tensors, steps: { p: 1 } }), InputError).message;
  assertEquals(
    message([first!, second!, { ...first!, data: Float32Array.of(1, 2, 3, 4) }]),
    "Cannot restore optimizer as every tensor must be there once: it is p/first_moment, twice",
  );
  assertEquals(
    message([first!, { ...second!, shape: [2, 2] }]),
    "Cannot restore optimizer as p/second_moment must be of shape [4], as p/first_moment is: it is [2,2]",
  );
  optimizer.dispose();
});
