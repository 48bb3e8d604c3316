/** The losses that a run can name. Adding one is a file and a line here. */

import { UsageError } from "../errors.ts";
import { describeUnknown } from "../nearest_name.ts";
import type { LossDefinition, LossParameter } from "./loss_definition.ts";
import { MULTI_SIMILARITY } from "./multi_similarity.ts";
import { PROXY_AN } from "./proxy_an.ts";
import { PROXY_ANCHOR } from "./proxy_anchor.ts";
import { PROXY_NCA } from "./proxy_nca.ts";

/** Every loss, in the order of tables. */
export const LOSSES = [PROXY_AN, PROXY_ANCHOR, PROXY_NCA, MULTI_SIMILARITY] as const;

/** Name of a loss. */
export type LossName = typeof LOSSES[number]["name"];
/** Name of a hyperparameter that at least one loss has. */
export type LossParameterName = typeof LOSSES[number]["parameters"][number]["name"];

/** The name of a loss and the values of its own hyperparameters, flat. Plain JSON. */
export type LossConfigOf<Loss extends LossDefinition> = Loss extends LossDefinition
  ? { readonly name: Loss["name"] } & { readonly [P in Loss["parameters"][number]["name"]]: number }
  : never;

/** The configuration of any loss. */
export type LossConfig = LossConfigOf<typeof LOSSES[number]>;

/** Names of the losses, in the order of tables. */
export const LOSS_NAMES: readonly LossName[] = LOSSES.map(({ name }) => name);

/** The hyperparameters of all losses, each once, in the order of columns. */
export const LOSS_PARAMETERS: readonly LossParameter<LossParameterName>[] = [
  ...new Set(
    LOSSES.flatMap(({ parameters }): readonly LossParameter<LossParameterName>[] => parameters),
  ),
];

/**
 * The loss of a name.
 *
 * @throws {UsageError} If there is none; the message names the nearest.
 */
export function findLoss(name: string): LossDefinition<LossName, LossParameterName> {
  const loss = LOSSES.find((candidate) => candidate.name === name);
  if (loss) return loss;
  throw new UsageError(
    `Cannot find loss as it must be one of ${LOSS_NAMES.join(", ")}: ${
      describeUnknown(name, LOSS_NAMES)
    }`,
  );
}

/** Losses that have a hyperparameter, in the order of tables. */
export function listLossesWith(parameter: LossParameterName): LossName[] {
  return LOSSES.filter(({ parameters }) => parameters.some(({ name }) => name === parameter))
    .map(({ name }) => name);
}

/** The configuration of a loss: of the given values those of its own hyperparameters, and defaults for the others. */
export function configureLoss(
  name: LossName,
  values: Readonly<Partial<Record<LossParameterName, number>>> = {},
): LossConfig {
  const own = findLoss(name).parameters.map((parameter) => [
    parameter.name,
    values[parameter.name] ?? parameter.default,
  ]);
  return { name, ...Object.fromEntries(own) } as LossConfig;
}
