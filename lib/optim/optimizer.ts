/** The optimizer interface and its one implementation. */

import * as tf from "@tensorflow/tfjs";
import { type CompiledFunction, CompiledFunctions, compileFunction } from "../backend/compile.ts";
import { describeUnknown } from "../nearest_name.ts";
import { OPTIMIZER_NAMES, type OptimizerConfig, type OptimizerName } from "./optimizer_config.ts";
import { type MemoryEntry, OptimizerMemory, type OptimizerState } from "./optimizer_memory.ts";
import { UPDATE_RULES, type UpdateConstants, type UpdateRule } from "./update_rule.ts";
import type { Tensor, Variable } from "../tensor.ts";

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
   * @throws {RangeError} If a gradient belongs to no parameter, a shape differs from the parameter's, a parameter has two names, or
   * the factor is not a finite number of at least 0. Nothing is changed then.
   */
  step(
    parameters: ReadonlyMap<string, Variable>,
    gradients: ReadonlyMap<string, Tensor | null>,
    scheduleFactor?: number,
  ): void;
  /** The state, for a function that is compiled around {@linkcode Optimizer.step}. The optimizer owns it. */
  variables(): Variable[];
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
 * Creates an optimizer with PyTorch's semantics, and its constants but for RMSprop's. Gradients are clipped by value before
 * all else, if at all; `adamw` decays parameters by rate times decay, `adam` and `rmsprop` add the decay to the gradient.
 *
 * @param config Rule, base rate, decay and clip; the proxies' multiplier only counts as an option.
 * @returns An optimizer without state. The caller disposes it.
 * @throws {RangeError} If the rule is unknown, or learning rate, multiplier, decay or clip is out of range.
 */
export function createOptimizer(
  config: OptimizerConfig,
  { learningRateMultiplier = 1 }: CreateOptimizerOptions = {},
): Optimizer {
  const { learningRate, weightDecay, clipValue = Infinity } = config;
  checkAtLeastZero("create optimizer", { learningRate, learningRateMultiplier, weightDecay });
  if (!(clipValue > 0)) {
    throw new RangeError(
      `Cannot create optimizer as clipValue must be above 0: it is ${clipValue}`,
    );
  }
  const rule = findRule(config.name);
  const constants = { weightDecay, clipValue };
  const memory = new OptimizerMemory(rule.stateNames);
  const functions = new CompiledFunctions();
  const baseRate = learningRate * learningRateMultiplier;
  return {
    step(parameters, gradients, scheduleFactor = 1) {
      checkAtLeastZero("update parameters", { scheduleFactor });
      const learned = listLearned(parameters, gradients).map((one) => ({
        ...one,
        ...memory.advance(one.name, one.parameter.shape),
      }));
      for (const part of cutUpdate(learned)) {
        const { step } = part[0]!;
        const key = part.map(({ parameter }) => parameter.id).join();
        const update = functions.get(key, () => compileUpdate(rule, constants, part));
        const moment = { learningRate: baseRate * scheduleFactor, weightDecay, step };
        const factors = tf.tensor1d(rule.factors(moment));
        update.run([factors, ...part.map(({ gradient }) => gradient)]);
        factors.dispose();
      }
    },
    variables: () => memory.variables(),
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
  const names = new Map<Variable, string>();
  return [...gradients].flatMap(([name, gradient]) => {
    if (!gradient) return [];
    const parameter = parameters.get(name);
    checkGradient(name, gradient, parameter);
    checkOneName(name, names.get(parameter));
    names.set(parameter, name);
    return [{ name, parameter, gradient }];
  });
}

/** Values in one part of an update: while it runs, old and new ones of the part are both in memory. */
const PART_SIZE = 1 << 22;

/** Cuts an update into parts that are compiled one by one: of one step count, and of few values unless they are of one tensor. */
function cutUpdate<T extends Learned & MemoryEntry>(learned: readonly T[]): T[][] {
  const parts: T[][] = [];
  let size = 0;
  for (const one of learned) {
    const last = parts.at(-1);
    size += one.parameter.size;
    if (last && last[0]!.step === one.step && size <= PART_SIZE) last.push(one);
    else {
      parts.push([one]);
      size = one.parameter.size;
    }
  }
  return parts;
}

/** The update of one part. Inputs are the factors, then the gradients; nothing comes out. */
function compileUpdate(
  rule: UpdateRule,
  constants: UpdateConstants,
  part: readonly (Learned & MemoryEntry)[],
): CompiledFunction {
  const targets = part.map(({ parameter, variables }) => ({ parameter, variables }));
  return compileFunction(([factors, ...gradients]) => {
    targets.forEach(({ parameter, variables }, i) => {
      const inputs = { parameter, gradient: gradients[i]!, state: variables };
      const updated = rule.update(inputs, factors as tf.Tensor1D, constants);
      parameter.assign(updated.parameter);
      variables.forEach((variable, j) => variable.assign(updated.state[j]!));
    });
    return [];
  }, {
    name: "optimizer_update",
    variables: targets.flatMap(({ parameter, variables }) => [parameter, ...variables]),
  });
}

function findRule(name: OptimizerName): UpdateRule {
  if (OPTIMIZER_NAMES.includes(name)) return UPDATE_RULES[name];
  throw new RangeError(
    `Cannot create optimizer as name must be one of ${OPTIMIZER_NAMES.join(", ")}: ${
      describeUnknown(String(name), OPTIMIZER_NAMES)
    }`,
  );
}

function checkAtLeastZero(action: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new RangeError(
      `Cannot ${action} as ${name} must be a finite number of at least 0: it is ${value}`,
    );
  }
}

/** Under two names it would move twice, each time by a state of its own. */
function checkOneName(name: string, other: string | undefined): void {
  if (other === undefined) return;
  throw new RangeError(
    `Cannot update ${name} as a parameter must have one name: it is ${other} too`,
  );
}

function checkGradient(
  name: string,
  gradient: Tensor,
  parameter: Variable | undefined,
): asserts parameter is Variable {
  if (!parameter) {
    throw new RangeError(`Cannot update ${name} as a gradient must have a parameter: it has none`);
  }
  if (!tf.util.arraysEqual(gradient.shape, parameter.shape)) {
    throw new RangeError(
      `Cannot update ${name} as its gradient must be of shape [${parameter.shape}]: it is [${gradient.shape}]`,
    );
  }
}
