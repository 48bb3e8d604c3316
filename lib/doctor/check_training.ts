/** What a new kind of machine must show before its numbers are believed: steps of every backbone against another backend. */

import type { Backend } from "../backend/backend.ts";
import { openBackend } from "../backend/open_backend.ts";
import { type Backbone, hasBatchNorm } from "../model/backbone.ts";
import { checkTrainingStep } from "../setup/check_training_step.ts";
import { compareSteps } from "./compare_steps.ts";
import { measureTraining } from "./measure_training.ts";
import { computeStepValues, type StepOptions, type StepValues } from "./step_values.ts";

/** One line of the check. */
export interface CheckLine {
  readonly text: string;
  /** Whether it is as it should be; a figure always is. */
  readonly isOk: boolean;
}

/** What is checked. */
export interface CheckTrainingOptions {
  /** Opens the backend under examination again, after another one. */
  readonly open: () => Promise<Backend>;
  readonly backbones: readonly Backbone[];
  /** Images in the batch of a step that is compared. @default {8} */
  readonly comparedBatchSize?: number;
  /** Images in the batch of a step that is timed. @default {80} */
  readonly timedBatchSize?: number;
  /** Of the sides of an image. @default that of each backbone's preset */
  readonly inputSize?: number;
}

/**
 * Bounds of the differences between two backends. Networks of random weights magnify roundings: two CPU backends differ by up
 * to 7e-5 in the loss and 3e-2 in the gradients of ResNet-50; a wrong kernel by more than 1. The golden tests are the exact ones.
 */
const BOUNDS = { loss: 5e-3, gradients: 0.1 };

/** Tiny steps of `checkTrainingStep` differ by rounding alone. */
const TINY_BOUND = 1e-4;

/** Checks the backend that `open` opens against wasm, then measures it. A failing step is a line, never an exception. */
export async function* checkTraining(options: CheckTrainingOptions): AsyncGenerator<CheckLine> {
  yield await line("a step with every kind of op", () => compareTinyStep(options.open));
  for (const backbone of options.backbones) {
    for (const hasFrozenBatchNorm of hasBatchNorm(backbone) ? [true, false] : [false]) {
      const name = `a step of ${backbone.name}, batch norms ${
        hasFrozenBatchNorm ? "frozen" : "trained"
      }`;
      const { comparedBatchSize: batchSize = 8, inputSize } = options;
      const step = { backbone, hasFrozenBatchNorm, batchSize, ...(inputSize ? { inputSize } : {}) };
      yield await line(name, () => compareBackbone(options.open, step));
    }
  }
  await options.open();
  for (const backbone of options.backbones) {
    const { timedBatchSize: batchSize = 80, inputSize } = options;
    yield await line(`${backbone.name}, batches of ${batchSize}`, async () => {
      const rate = await measureTraining(backbone, batchSize, inputSize);
      const text = rate
        ? `${rate.training.toFixed(1)} images/s in training, ${
          rate.embedding.toFixed(1)
        } in embedding`
        : "too little memory";
      return { text, isOk: true };
    });
  }
}

async function line(name: string, check: () => Promise<CheckLine>): Promise<CheckLine> {
  try {
    const { text, isOk } = await check();
    return { text: `${name}: ${text}`, isOk };
  } catch (error) {
    return { text: `${name}: ${(error as Error).message.split("\n")[0]}`, isOk: false };
  }
}

async function compareTinyStep(open: () => Promise<Backend>): Promise<CheckLine> {
  await open();
  const actual = checkTrainingStep();
  await openBackend("cpu");
  const expected = checkTrainingStep();
  const difference = Math.abs(actual.lossAfter - expected.lossAfter) / expected.lossAfter;
  const text = `loss ${actual.lossAfter.toExponential(4)}, ${
    difference.toExponential(1)
  } from plain JavaScript's`;
  return { text, isOk: difference < TINY_BOUND };
}

async function compareBackbone(
  open: () => Promise<Backend>,
  step: StepOptions,
): Promise<CheckLine> {
  const { isDeterministic } = await open();
  const [actual, again] = [await computeStepValues(step), await computeStepValues(step)];
  await openBackend("wasm");
  return judgeStep(actual, again, await computeStepValues(step), isDeterministic);
}

/** The line for a step, the same step again, and what it should be. */
export function judgeStep(
  actual: StepValues,
  again: StepValues,
  expected: StepValues,
  isDeterministic: boolean,
): CheckLine {
  const { loss, gradients } = compareSteps(actual, expected);
  const { isSame } = compareSteps(actual, again);
  const isClose = loss <= BOUNDS.loss && gradients <= BOUNDS.gradients; // false for NaN
  return {
    text: `loss ${actual.loss.toFixed(5)}, ${loss.toExponential(1)} from wasm's; gradients ` +
      `${gradients.toExponential(1)} from wasm's; a second time ${
        isSame ? "the same bits" : "other bits"
      }`,
    isOk: isClose && (isSame || !isDeterministic),
  };
}
