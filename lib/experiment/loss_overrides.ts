/** Hyperparameters of losses among the overrides of a plan: which loss takes which, and every combination of their values. */

import { UsageError } from "../errors.ts";
import { findLoss, listLossesWith, LOSS_PARAMETERS, type LossName } from "../loss/losses.ts";
import { type Overrides, type OverrideValue, PROXY_MULTIPLIER } from "./config_fields.ts";

/**
 * Checks that every hyperparameter that is given belongs to a loss that is chosen.
 *
 * @throws {UsageError} If it belongs to none of them, or an empty list is given.
 */
export function checkLossParameters(losses: readonly LossName[], overrides: Overrides): void {
  if (overrides[PROXY_MULTIPLIER] !== undefined && !losses.some(takesProxies)) {
    throw new UsageError(
      `Cannot use setting ${PROXY_MULTIPLIER} as the loss must take proxies: it is ${
        losses.join(", ")
      }`,
    );
  }
  for (const { name } of LOSS_PARAMETERS) {
    const value = overrides[name];
    if (value === undefined) continue;
    const having = listLossesWith(name);
    if (!losses.some((loss) => having.includes(loss))) {
      throw new UsageError(
        `Cannot use setting ${name} as the loss must be ${having.join(" or ")}: it is ${
          losses.join(", ")
        }`,
      );
    }
    if (Array.isArray(value) && value.length === 0) {
      throw new UsageError(
        `Cannot use setting ${name} as it must be a number, or a list of at least one: it is []`,
      );
    }
  }
}

/** Overrides for the runs of one loss: without hyperparameters of others and rates of proxies that it does not take, one for each combination of its own. */
export function overridesOfLoss(loss: LossName, overrides: Overrides): Overrides[] {
  const isParameter = (key: string) =>
    LOSS_PARAMETERS.some(({ name }) => name === key) ||
    (key === PROXY_MULTIPLIER && !takesProxies(loss));
  const entries = Object.entries(overrides);
  const shared: Overrides = Object.fromEntries(entries.filter(([key]) => !isParameter(key)));
  return LOSS_PARAMETERS.filter(({ name }) => listLossesWith(name).includes(loss))
    .reduce((combined, { name }) => {
      const value = overrides[name];
      if (value === undefined) return combined;
      const values: readonly OverrideValue[] = Array.isArray(value) ? value : [value];
      return combined.flatMap((one) => values.map((each) => ({ ...one, [name]: each })));
    }, [shared]);
}

function takesProxies(loss: LossName): boolean {
  return findLoss(loss).takesProxies;
}
