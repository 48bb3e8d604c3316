/** What a loss is: its names, its own hyperparameters, and how it is computed. */

import { describeUnknown } from "../nearest_name.ts";
import { describeRange, isWithinRange, type NumberRange } from "../number_range.ts";
import type { Scalar, Tensor2D } from "../tensor.ts";
import type { BatchLabels } from "./labels.ts";

/** A number that a loss is configured by. Two losses with a parameter of one name share its definition. */
export interface LossParameter<Name extends string = string> {
  /** Name as a flag, in configurations and as a column of result files. */
  readonly name: Name;
  /** Its letter in formulas and captions: `α`. */
  readonly symbol: string;
  /** What it is, as the beginning of a sentence. */
  readonly about: string;
  /** Its value where nobody chooses one. */
  readonly default: number;
  /** The values that it may have. */
  readonly range: NumberRange;
}

/** What every loss has. */
export interface LossTraits<Name extends string, Parameter extends string> {
  /** Name in flags, configurations, run ids and rows. */
  readonly name: Name;
  /** Name in tables and pictures: `Proxy-AN`. */
  readonly title: string;
  /** Its hyperparameters, in the order of columns; a loss has no others. */
  readonly parameters: readonly LossParameter<Parameter>[];
}

/** A loss of embeddings and proxies. */
export interface ProxyLossDefinition<
  Name extends string = string,
  Parameter extends string = string,
> extends LossTraits<Name, Parameter> {
  /** Its proxies are variables of the run. */
  readonly takesProxies: true;
  /**
   * Computes the loss of one batch.
   *
   * @param embeddings [B, D] raw rows.
   * @param proxies [C, D] raw rows, one per training class.
   * @param labels B class indices, each in [0, C), or their mask [B, C].
   * @param values One for each parameter.
   * @returns Scalar, differentiable in embeddings and proxies. The caller disposes it.
   * @throws {RangeError} If labels, sizes or values break a rule.
   */
  compute(
    embeddings: Tensor2D,
    proxies: Tensor2D,
    labels: BatchLabels,
    values: Readonly<Record<Parameter, number>>,
  ): Scalar;
}

/** A loss of pairs of embeddings; runs with it have no proxies. */
export interface PairLossDefinition<Name extends string = string, Parameter extends string = string>
  extends LossTraits<Name, Parameter> {
  /** A run with it has no proxies. */
  readonly takesProxies: false;
  /**
   * Computes the loss of one batch.
   *
   * @param embeddings [B, D] raw rows.
   * @param labels B class indices, or their mask [B, C].
   * @param values One for each parameter.
   * @returns Scalar, differentiable in embeddings. The caller disposes it.
   * @throws {RangeError} If labels, sizes or values break a rule.
   */
  compute(
    embeddings: Tensor2D,
    labels: BatchLabels,
    values: Readonly<Record<Parameter, number>>,
  ): Scalar;
}

/** A loss; adding one is its file, a line of `losses.ts`, and a line of the experiment that compares it. */
export type LossDefinition<Name extends string = string, Parameter extends string = string> =
  | ProxyLossDefinition<Name, Parameter>
  | PairLossDefinition<Name, Parameter>;

/**
 * Values for all parameters of a loss: those that are given, and defaults.
 *
 * @throws {RangeError} If one is outside its range, or of a name that no parameter has.
 */
export function resolveParameters<Parameter extends string>(
  parameters: readonly LossParameter<Parameter>[],
  values: Readonly<Partial<Record<Parameter, number>>>,
): Record<Parameter, number> {
  const names: readonly string[] = parameters.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot compute loss as its options are ${names.join(", ")}: ${
        describeUnknown(unknown, names)
      }`,
    );
  }
  const resolved = parameters.map(({ name, default: usual, range }) => {
    const value = values[name] ?? usual;
    if (isWithinRange(value, range)) return [name, value];
    throw new RangeError(
      `Cannot compute loss as ${name} must be a finite number${
        describeRange(range)
      }: it is ${value}`,
    );
  });
  return Object.fromEntries(resolved) as Record<Parameter, number>;
}
