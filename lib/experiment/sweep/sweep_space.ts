/** The settings that a sweep tries: choices and ranges by field name, as a JSON or YAML file has them. */

import { UsageError } from "../../errors.ts";
import { quoteText } from "../../file/quote_text.ts";
import { findLoss, LOSS_PARAMETERS } from "../../loss/losses.ts";
import { describeUnknown } from "../../nearest_name.ts";
import type { TrainConfig } from "../../train/config.ts";
import { applyOverrides } from "../apply_overrides.ts";
import { CONFIG_FIELDS, type OverrideValue, PROXY_MULTIPLIER } from "../config_fields.ts";

/** What a field is drawn from: listed values, or the numbers of a range. */
export type SweptField =
  & { readonly name: string }
  & (
    | { readonly kind: "choices"; readonly choices: readonly OverrideValue[] }
    | {
      readonly kind: "range";
      readonly from: number;
      readonly to: number;
      /** `log`: every factor is as likely as every other; `linear`: every difference. */
      readonly scale: "linear" | "log";
      readonly isInteger: boolean;
    }
  );

/** What a sweep decides by itself: held-out classes are its folds, and only the last epoch is scored. */
const DECIDED = ["held-out-share", "evaluate-every"];
const FORM = "a list of values, or {from: A, to: B} with scale: linear or log";

/**
 * Checks a sweep's file: `{"learning-rate": {from: 1e-5, to: 1e-3, scale: log}, "alpha": [12, 32]}`.
 *
 * @param value Whole file, parsed.
 * @param path Where it came from; only used in errors.
 * @param configs The configurations that the values will replace settings of, one a loss.
 * @throws {UsageError} If a name is no setting, a value breaks the rule of its setting, or no loss has the setting.
 */
export function parseSweepSpace(
  value: unknown,
  path: string,
  configs: readonly TrainConfig[],
): SweptField[] {
  const entries = value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.entries(value)
    : [];
  if (entries.length === 0) {
    throw new UsageError(
      `${path}: Cannot sweep as the file must hold ${FORM}, by setting: it holds none`,
    );
  }
  return entries.map(([name, drawn]) => {
    const field = parseField(name, drawn, path);
    const ends = field.kind === "choices" ? field.choices : [field.from, field.to];
    const config = configs.find((config) => hasSetting(config, name)) ?? configs[0]!;
    for (const end of ends) checkValue(config, name, end, path);
    return field;
  });
}

/** Whether a setting plays a part in a configuration: hyperparameters do for the losses that have them alone. */
export function hasSetting(config: TrainConfig, name: string): boolean {
  if (name === PROXY_MULTIPLIER) return findLoss(config.loss.name).takesProxies;
  return LOSS_PARAMETERS.every((parameter) => parameter.name !== name) || name in config.loss;
}

function parseField(name: string, drawn: unknown, path: string): SweptField {
  const names = CONFIG_FIELDS.map((field) => field.name).filter((known) =>
    !DECIDED.includes(known)
  );
  const known = CONFIG_FIELDS.find((field) => field.name === name);
  if (!known || DECIDED.includes(name)) {
    throw new UsageError(
      `${path}: Cannot sweep ${quoteText(name)} as it must be one of ${names.join(", ")}: ${
        describeUnknown(name, names)
      }`,
    );
  }
  if (Array.isArray(drawn) && drawn.length > 0) return { name, kind: "choices", choices: drawn };
  const { from, to, scale = "linear", ...rest } = Object(drawn) as Record<string, unknown>;
  const isNumber = known.kind === "integer" || known.kind === "number";
  const isRange = typeof from === "number" && typeof to === "number" && from < to &&
    (scale === "linear" || scale === "log" && from > 0) && Object.keys(rest).length === 0;
  if (isNumber && isRange) {
    return { name, kind: "range", from, to, scale, isInteger: known.kind === "integer" };
  }
  throw new UsageError(
    `${path}: Cannot sweep ${name} as it must have ${FORM}, A less than B and above 0 for log: it has ${
      JSON.stringify(drawn)
    }`,
  );
}

function checkValue(config: TrainConfig, name: string, value: OverrideValue, path: string): void {
  try {
    applyOverrides(config, { [name]: value });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}
