/** Optimizers in float64 on plain arrays; no code is shared with `lib`. */

import type { OptimizerName } from "../../../lib/optim/optimizer_config.ts";

/** A parameter and its gradients, update after update. */
export interface ReferenceRun {
  readonly name: OptimizerName;
  readonly parameter: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly clipValue?: number;
}

/** The parameter after all updates. */
export function referenceOptimize(run: ReferenceRun): number[] {
  return run.parameter.map((start, i) => {
    let [p, m, v] = [start, 0, 0];
    run.gradients.forEach((gradient, update) => {
      let g = gradient[i]!;
      const bound = run.clipValue ?? Infinity;
      if (g > bound) g = bound;
      if (g < -bound) g = -bound;
      if (run.name !== "adamw") g += run.weightDecay * p;
      if (run.name === "rmsprop") {
        v = 0.9 * v + 0.1 * g * g;
        m = 0.9 * m + g / (Math.sqrt(v) + 1e-8);
        p -= run.learningRate * m;
        return;
      }
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const mHat = m / (1 - Math.pow(0.9, update + 1));
      const vHat = v / (1 - Math.pow(0.999, update + 1));
      if (run.name === "adamw") p -= run.learningRate * run.weightDecay * p;
      p -= run.learningRate * mHat / (Math.sqrt(vHat) + 1e-8);
    });
    return p;
  });
}
