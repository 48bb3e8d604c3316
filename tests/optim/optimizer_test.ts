import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../lib/errors.ts";
import { createOptimizer, type Optimizer } from "../../lib/optim/optimizer.ts";
import { OPTIMIZER_NAMES, type OptimizerConfig } from "../../lib/optim/optimizer_config.ts";
import type { OptimizerState } from "../../lib/optim/optimizer_memory.ts";
import { learningRateFactor } from "../../lib/optim/schedule.ts";
import golden from "../golden/optimizer.json" with { type: "json" };
import torch from "../golden/optimizer_torch.json" with { type: "json" };
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { goldenTensor } from "../support/generator.ts";
import { referenceOptimize } from "../support/oracles/optimizers.ts";

const CONFIG: OptimizerConfig = {
  name: "adamw",
  learningRate: 0.01,
  proxyLearningRateMultiplier: 100,
  weightDecay: 0.05,
  clipValue: 10,
};

/** Parameters by name, and the optimizer that moves them. */
class Bench {
  readonly optimizer: Optimizer;
  readonly parameters: Map<string, tf.Variable>;

  constructor(config: OptimizerConfig, starts: Record<string, tf.Tensor>, multiplier = 1) {
    this.optimizer = createOptimizer(config, { learningRateMultiplier: multiplier });
    this.parameters = new Map(
      Object.entries(starts).map(([name, start]) => [name, tf.variable(start)]),
    );
    tf.dispose(starts);
  }

  /** One update; `null` is no gradient. */
  step(gradients: Record<string, ArrayLike<number> | null>, scheduleFactor?: number): void {
    const tensors = Object.entries(gradients).map(([name, values]) => {
      const shape = this.parameters.get(name)!.shape;
      return [name, values && tf.tensor(Float32Array.from(values), shape)] as const;
    });
    this.optimizer.step(this.parameters, new Map(tensors), scheduleFactor);
    for (const [, tensor] of tensors) tensor?.dispose();
  }

  values(name: string): number[] {
    return [...this.parameters.get(name)!.dataSync()];
  }

  dispose(): void {
    this.optimizer.dispose();
    for (const variable of this.parameters.values()) variable.dispose();
  }
}

const goldenStart = (shape: number[], seed: number) => tf.tensor(goldenTensor(shape, seed), shape);

testOnEachBackend("adamw follows the published trace of backbone and proxies", () => {
  for (const expected of golden.adamw) {
    const { weightDecay, baseLr, proxyLrMultiplier, gamma, stepSize, clip } = expected;
    const config = { ...CONFIG, weightDecay, learningRate: baseLr, clipValue: clip };
    const backbone = new Bench(config, { p: goldenStart([8], 3001) });
    const proxies = new Bench(config, { p: goldenStart([8], 3002) }, proxyLrMultiplier);
    for (const { epoch, backbone: after, proxies: proxiesAfter } of expected.trace) {
      const factor = learningRateFactor({ kind: "step", every: stepSize, factor: gamma }, epoch);
      for (const update of [0, 1]) {
        backbone.step({ p: goldenTensor([8], 3100 + 2 * epoch + update, 15) }, factor);
        proxies.step({ p: goldenTensor([8], 3200 + 2 * epoch + update, 15) }, factor);
      }
      assertAllClose(backbone.values("p"), after, 2e-6, `backbone, epoch ${epoch}`);
      assertAllClose(proxies.values("p"), proxiesAfter, 2e-6, `proxies, epoch ${epoch}`);
    }
    backbone.dispose();
    proxies.dispose();
  }
});

testOnEachBackend(
  "every optimizer follows PyTorch, with a parameter that has no gradient at times",
  async () => {
    const { learningRate, weightDecay, clipValue, lateUpdates } = torch;
    assertEquals(torch.optimizers.map(({ name }) => name), [...OPTIMIZER_NAMES]);
    for (const { name, trace, state } of torch.optimizers) {
      const config = { ...CONFIG, learningRate, weightDecay, clipValue };
      const bench = new Bench({ ...config, name: name as OptimizerConfig["name"] }, {
        early: goldenStart([8], 5001),
        late: goldenStart([2, 3], 5002),
      });
      for (const [update, expected] of trace.entries()) {
        const late = goldenTensor([2, 3], 5200 + update, 15);
        bench.step({
          early: goldenTensor([8], 5100 + update, 15),
          late: lateUpdates.includes(update) ? late : null,
        });
        assertAllClose(bench.values("early"), expected.early, 2e-6, `${name} ${update}: early`);
        assertAllClose(bench.values("late"), expected.late, 2e-6, `${name} ${update}: late`);
      }
      const exported = await bench.optimizer.export();
      assertEquals(exported.steps, { early: state.early.step, late: state.late.step });
      const expected = [...state.early.tensors, ...state.late.tensors];
      exported.tensors.forEach(({ name, data }, i) =>
        assertAllClose(data, expected[i]!, 2e-6, name)
      );
      bench.dispose();
    }
  },
);

testOnEachBackend("every optimizer matches the float64 oracle over a hundred updates", () => {
  const parameter = [...goldenTensor([6], 41)];
  const gradients = Array.from({ length: 100 }, (_, i) => [...goldenTensor([6], 4200 + i, 3, 0.5)]);
  for (const name of OPTIMIZER_NAMES) {
    const config = { ...CONFIG, name, clipValue: 2 };
    const bench = new Bench(config, { p: tf.tensor1d(parameter) }, 3);
    for (const gradient of gradients) bench.step({ p: gradient });
    const learningRate = CONFIG.learningRate * 3;
    const expected = referenceOptimize({ ...config, parameter, gradients, learningRate });
    assertAllClose(bench.values("p"), expected, 1e-5, name);
    bench.dispose();
  }
});

testOnEachBackend("gradients are clipped by value, and before the decay is added", () => {
  for (const name of OPTIMIZER_NAMES) {
    const results = [[25, -25, 1], [10, -10, 1], [9, -10, 1]].map((gradient) => {
      const bench = new Bench({ ...CONFIG, name }, { p: tf.tensor1d([30, -30, 30]) });
      bench.step({ p: gradient });
      bench.step({ p: [1, 1, 1] });
      const values = bench.values("p");
      bench.dispose();
      return values;
    });
    assertEquals(results[0], results[1], name);
    assert(results[1]![0] !== results[2]![0], `${name}: a gradient within the clip is clipped`);
  }
});

testOnEachBackend("a parameter without gradient gets no decay and no state", async () => {
  for (const name of OPTIMIZER_NAMES) {
    const bench = new Bench({ ...CONFIG, name, weightDecay: 0.9 }, {
      moved: tf.tensor1d([1, 2]),
      still: tf.tensor1d([3, 4]),
      absent: tf.tensor1d([5, 6]),
    });
    const before = tf.memory().numTensors;
    bench.step({ moved: [1, 1], still: null });
    assertEquals([bench.values("still"), bench.values("absent")], [[3, 4], [5, 6]]);
    const { tensors, steps } = await bench.optimizer.export();
    assertEquals(steps, { moved: 1 });
    assert(tensors.every(({ name }) => name.startsWith("moved/")));
    assertEquals(tf.memory().numTensors, before + tensors.length);
    bench.dispose();
  }
});

testOnEachBackend("a loaded state continues to the same bits", async () => {
  const gradient = (update: number) => goldenTensor([2, 3], 6100 + update, 15);
  for (const name of OPTIMIZER_NAMES) {
    const through = new Bench({ ...CONFIG, name }, { p: goldenStart([2, 3], 6001) });
    for (let update = 0; update < 5; update++) through.step({ p: gradient(update) });
    const state: OptimizerState = await through.optimizer.export();
    const resumed = new Bench({ ...CONFIG, name }, {
      p: tf.tensor(through.values("p"), [2, 3]),
    });
    resumed.optimizer.load(state);
    for (let update = 5; update < 9; update++) {
      through.step({ p: gradient(update) });
      resumed.step({ p: gradient(update) });
    }
    assertEquals(resumed.values("p"), through.values("p"));
    assertEquals(await resumed.optimizer.export(), await through.optimizer.export());
    assert(state.tensors.every(({ shape }) => shape.join() === "2,3"));
    through.dispose();
    resumed.dispose();
  }
});

testOnEachBackend("optimizers leave no tensors behind, inside a tidy as well", () => {
  const before = tf.memory().numTensors;
  for (const name of OPTIMIZER_NAMES) {
    const bench = new Bench({ ...CONFIG, name }, { p: tf.tensor1d([1, 2]) });
    tf.tidy(() => bench.step({ p: [1, 1] }));
    const afterFirst = tf.memory().numTensors;
    for (let update = 0; update < 3; update++) tf.tidy(() => bench.step({ p: [1, 1] }));
    assertEquals(tf.memory().numTensors, afterFirst);
    bench.dispose();
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("createOptimizer() says which number is out of range", () => {
  const message = (changes: Partial<OptimizerConfig>, multiplier = 1) =>
    assertThrows(
      () => createOptimizer({ ...CONFIG, ...changes }, { learningRateMultiplier: multiplier }),
      RangeError,
    ).message;
  assertEquals(
    message({ learningRate: -1 }),
    "Cannot create optimizer as learningRate must be a finite number of at least 0: it is -1",
  );
  assertEquals(
    message({ weightDecay: NaN }),
    "Cannot create optimizer as weightDecay must be a finite number of at least 0: it is NaN",
  );
  assertEquals(
    message({}, Infinity),
    "Cannot create optimizer as learningRateMultiplier must be a finite number of at least 0: it is Infinity",
  );
  assertEquals(
    message({ clipValue: 0 }),
    "Cannot create optimizer as clipValue must be above 0: it is 0",
  );
  assertEquals(
    message({ name: "adamW" as OptimizerConfig["name"] }),
    'Cannot create optimizer as name must be one of adamw, adam, rmsprop: it is "adamW" (did you mean adamw?)',
  );
});

Deno.test("step() says which gradient does not fit", () => {
  const bench = new Bench(CONFIG, { p: tf.tensor1d([1, 2]) });
  const step = (name: string, gradient: tf.Tensor) =>
    assertThrows(
      () => bench.optimizer.step(bench.parameters, new Map([[name, gradient]])),
      RangeError,
    )
      .message;
  const [scalar, three] = [tf.scalar(1), tf.tensor1d([1, 2, 3])];
  assertEquals(
    step("q", scalar),
    "Cannot update q as a gradient must have a parameter: it has none",
  );
  assertEquals(
    step("p", three),
    "Cannot update p as its gradient must be of shape [2]: it is [3]",
  );
  tf.dispose([scalar, three]);
  bench.dispose();
});

Deno.test("load() refuses a state that is not whole and keeps the one it has", async () => {
  const bench = new Bench(CONFIG, { p: tf.tensor1d([1, 2]) });
  bench.step({ p: [1, 1] });
  const state = await bench.optimizer.export();
  const [first, second] = state.tensors;
  const message = (changes: Partial<OptimizerState>) =>
    assertThrows(() => bench.optimizer.load({ ...state, ...changes }), InputError).message;
  assertEquals(
    message({ tensors: [first!] }),
    "Cannot restore optimizer as p/second_moment must be there: it is missing",
  );
  assertEquals(
    message({ tensors: [first!, second!, { ...first!, name: "q/first_moment" }] }),
    "Cannot restore optimizer as every tensor must have a parameter with a step count: it is q/first_moment",
  );
  assertEquals(
    message({ steps: { p: 0 } }),
    "Cannot restore optimizer as the step count of p must be a whole number of at least 1: it is 0",
  );
  assertEquals(
    message({ tensors: [{ ...first!, shape: [3] }, second!] }),
    "Cannot restore optimizer as p/first_moment must have 3 values: it is 2",
  );
  assertEquals(await bench.optimizer.export(), state);
  const rotated = state.tensors.map((tensor) => ({ ...tensor, shape: [1, 2] }));
  bench.optimizer.load({ ...state, tensors: rotated });
  assertEquals(
    assertThrows(() => bench.step({ p: [1, 1] }), RangeError).message,
    "Cannot update p as its optimizer state must be of shape [2]: it is [1,2]",
  );
  bench.dispose();
});
