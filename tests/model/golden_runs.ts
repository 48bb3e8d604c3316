/** Registers the tests that compare a backbone with PyTorch's numbers. */

import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import type { Backbone } from "../../lib/model/backbone.ts";
import type { BackendName } from "../../lib/backend/backend.ts";
import {
  createGoldenStore,
  type GoldenModel,
  type GoldenRun,
  measureDeviation,
  measureL2,
  repeatRun,
} from "./golden_model.ts";
import { testOnBackends } from "./on_backends.ts";

/** A run of a model, where to repeat it and how near it must come. */
export interface GoldenCase {
  readonly run: GoldenRun;
  readonly backends: readonly BackendName[];
  /** Relative, for features. */
  readonly tolerance: number;
  /** Relative, for the gradient norm of every parameter, where it is not `tolerance`; the reason belongs beside it. */
  readonly gradientTolerance?: number;
  /** Relative, for the norm of the whole gradient, where it is not `gradientTolerance`. */
  readonly totalTolerance?: number;
}

/** Registers the tests of one model: one per case and backend. */
export async function testGoldenRuns(
  backbone: Backbone,
  model: GoldenModel,
  cases: readonly GoldenCase[],
): Promise<void> {
  for (const { run, backends, tolerance, ...rest } of cases) {
    const { gradientTolerance = tolerance, totalTolerance = gradientTolerance } = rest;
    const what = `${backbone.name}, ${run.mode}, batch ${run.batch} of ${run.size} px`;
    await testOnBackends(
      `${what}, is PyTorch's within ${tolerance} and ${gradientTolerance}`,
      backends,
      async () => {
        const store = createGoldenStore(backbone, model);
        const tensorCount = tf.memory().numTensors;
        const outcome = await repeatRun(backbone, store, run);
        assertEquals(tf.memory().numTensors, tensorCount, "tensors left over");
        const deviation = measureDeviation(run, outcome);
        const report = JSON.stringify(deviation);
        assert(deviation.features <= tolerance, report);
        assert(deviation.gradL2 <= gradientTolerance, report);
        assert(deviation.totalL2 <= totalTolerance, report);
        assert(deviation.projection <= gradientTolerance, report);
        for (const [name, expected] of Object.entries(run.runningL2 ?? {})) {
          const actual = measureL2(await store.get(name).data());
          assert(Math.abs(actual - expected) <= tolerance * expected, `${name}: ${actual}`);
        }
        store.dispose();
      },
    );
  }
}
