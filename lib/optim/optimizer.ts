/** The optimizer interface, its configuration and its one implementation. */

import * as tf from "@tensorflow/tfjs";
import { type CompiledFunction, CompiledFunctions, compileFunction } from "../backend/compile.ts";
import { type MemoryEntry, OptimizerMemory, type OptimizerState } from "./optimizer_memory.ts";
import { UPDATE_RULES, type UpdateRule } from "./update_rule.ts";
import type { Tensor, Variable } from "../tensor.ts";

/** Names of the optimizers. */
export const OPTIMIZER_NAMES = ["adamw", "adam", "rmsprop"] as const;
/** One of the optimizers. */
export type OptimizerName = typeof OPTIMIZER_NAMES[number];

/** How both optimizers of a run (network, proxies) are set up. */
export interface OptimizerConfig {
  /** Which update rule. */
  readonly name: OptimizerName;
  /** Base rate of backbone and head. */
  readonly learningRate: number;
  /** Rate of the proxies over the base rate. */
  readonly proxyLearningRateMultiplier: number;
  /** Decay of every parameter that has a gradient; decoupled in AdamW. */
  readonly weightDecay: number;
  /** Gradients are clipped to [-clipValue, clipValue]. */
  readonly clipValue: number;
}

/** Options of {@linkcode createOptimizer}. */
export interface CreateOptimizerOptions {
  /** Rate of this optimizer over the base rate. @default {1} */
  readonly learningRateMultiplier?: number;
}

/** Moves parameters against their gradients, and remembers what its rule needs between updates. */
export interface Optimizer {
  /**
   * Makes one update of every parameter that has a gradient. State and step count of a parameter begin at its first
   * gradient; without one it is left alone, decay included.
   *
   * @param parameters By name; each is assigned its new value.
   * @param gradients By the same names; `null` or no entry for a parameter without gradient. The caller disposes them.
   * @param scheduleFactor Factor of the schedule. @default {1}
   * @throws {RangeError} If a gradient belongs to no parameter, or a shape differs from the parameter's.
   */
  step(
    parameters: ReadonlyMap<string, Variable>,
    gradients: ReadonlyMap<string, Tensor | null>,
    scheduleFactor?: number,
  ): void;
  /** Copies the state; loading it continues to the same bits. */
  export(): Promise<OptimizerState>;
  /**
   * Replaces the state by an exported one.
   *
   * @throws {InputError} If a parameter's tensors and its step count do not come together.
   */
  load(state: OptimizerState): void;
  /** Frees the state; the parameters are not its own. */
  dispose(): void;
}

/**
 * Creates an optimizer with PyTorch's semantics and constants. Gradients are clipped by value before all else; `adamw`
 * decays parameters by rate times decay, `adam` and `rmsprop` add the decay to the gradient.
 *
 * @param config Rule, base rate, decay and clip; the proxies' multiplier only counts as an option.
 * @returns An optimizer without state. The caller disposes it.
 * @throws {RangeError} If learning rate, multiplier, decay or clip is out of range.
 */
export function createOptimizer(
  config: OptimizerConfig,
  { learningRateMultiplier = 1 }: CreateOptimizerOptions = {},
): Optimizer {
  const { learningRate, weightDecay, clipValue } = config;
  checkAtLeastZero({ learningRate, learningRateMultiplier, weightDecay });
  if (!(clipValue > 0)) {
    throw new RangeError(
      `Cannot create optimizer as clipValue must be above 0: it is ${clipValue}`,
    );
  }
  const rule = UPDATE_RULES[config.name];
  const memory = new OptimizerMemory(rule.stateNames);
  const functions = new CompiledFunctions();
  const baseRate = learningRate * learningRateMultiplier;
  return {
    step(parameters, gradients, scheduleFactor = 1) {
      const learned = listLearned(parameters, gradients);
      for (const { name, parameter, gradient } of learned) {
        checkGradient(name, gradient, parameter);
      }
      if (learned.length === 0) return;
      const entries = learned.map(({ name, parameter }) => memory.advance(name, parameter.shape));
      const steps = [...new Set(entries.map(({ step }) => step))]; // few: those that begin together stay together
      const groups = entries.map(({ step }) => steps.indexOf(step));
      const key = learned.map(({ parameter }, i) => `${parameter.id}:${groups[i]}`).join();
      const update = functions.get(
        key,
        () => compileUpdate(rule, config, learned, entries, groups),
      );
      const factors = steps.map((step) =>
        tf.tensor1d(rule.factors({ learningRate: baseRate * scheduleFactor, weightDecay, step }))
      );
      update.run([...factors, ...learned.map(({ gradient }) => gradient)]);
      tf.dispose(factors);
    },
    export: () => memory.export(),
    load: (state) => {
      functions.dispose(); // they hold the variables of the state that goes
      memory.load(state);
    },
    dispose: () => {
      functions.dispose();
      memory.dispose();
    },
  };
}

/** A parameter that has a gradient. */
interface Learned {
  readonly name: string;
  readonly parameter: Variable;
  readonly gradient: Tensor;
}

function listLearned(
  parameters: ReadonlyMap<string, Variable>,
  gradients: ReadonlyMap<string, Tensor | null>,
): Learned[] {
  return [...gradients].flatMap(([name, gradient]) => {
    if (!gradient) return [];
    const parameter = parameters.get(name);
    if (parameter) return [{ name, parameter, gradient }];
    throw new RangeError(`Cannot update ${name} as a gradient must have a parameter: it has none`);
  });
}

/** One update of all of them: factors of each group of equal step counts, then gradients; nothing comes out. */
function compileUpdate(
  rule: UpdateRule,
  constants: OptimizerConfig,
  learned: readonly Learned[],
  entries: readonly MemoryEntry[],
  groups: readonly number[],
): CompiledFunction {
  const groupCount = Math.max(...groups) + 1;
  const parameters = learned.map(({ parameter }) => parameter);
  return compileFunction((inputs) => {
    parameters.forEach((parameter, i) => {
      const { variables } = entries[i]!;
      const factors = inputs[groups[i]!] as tf.Tensor1D;
      const gradient = inputs[groupCount + i]!;
      const updated = rule.update({ parameter, gradient, state: variables }, factors, constants);
      parameter.assign(updated.parameter);
      variables.forEach((variable, j) => variable.assign(updated.state[j]!));
    });
    return [];
  }, {
    name: "optimizer_update",
    variables: [...parameters, ...entries.flatMap(({ variables }) => variables)],
  });
}

function checkAtLeastZero(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new RangeError(
      `Cannot create optimizer as ${name} must be a finite number of at least 0: it is ${value}`,
    );
  }
}

function checkGradient(name: string, gradient: Tensor, parameter: Variable): void {
  if (tf.util.arraysEqual(gradient.shape, parameter.shape)) return;
  throw new RangeError(
    `Cannot update ${name} as its gradient must be of shape [${parameter.shape}]: it is [${gradient.shape}]`,
  );
}
