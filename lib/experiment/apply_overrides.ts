/** Replaces fields of a configuration, each checked by its own rule. */

import { UsageError } from "../errors.ts";
import { describeUnknown } from "../nearest_name.ts";
import { describeRange, isWithinRange } from "../number_range.ts";
import type { TrainConfig } from "../train/config.ts";
import {
  CONFIG_FIELDS,
  type ConfigField,
  type Overrides,
  type OverrideValue,
} from "./config_fields.ts";

/**
 * Replaces fields of a configuration. A hyperparameter must be one of the configuration's loss.
 *
 * @throws {UsageError} For an unknown field, a value that breaks its rule, or a configuration that does not fit together.
 */
export function applyOverrides(config: TrainConfig, overrides: Overrides): TrainConfig {
  const names = CONFIG_FIELDS.map(({ name }) => name);
  for (const name of Object.keys(overrides)) {
    if (!names.includes(name)) {
      throw new UsageError(
        `Cannot use setting ${name} as it must be one of ${names.join(", ")}: ${
          describeUnknown(name, names)
        }`,
      );
    }
  }
  const replaced = CONFIG_FIELDS.reduce((result, field) => {
    const value = overrides[field.name];
    return value === undefined ? result : field.replace(result, checkValue(field, value) as never);
  }, config);
  if (replaced.resizeSize < replaced.inputSize) {
    throw new UsageError(
      `Cannot use resize-size as it must be at least input-size (${replaced.inputSize}): it is ${replaced.resizeSize}`,
    );
  }
  return replaced;
}

function checkValue(field: ConfigField, value: OverrideValue): OverrideValue {
  const { name, kind, choices } = field;
  const fail = (rule: string): never => {
    throw new UsageError(
      `Cannot use setting ${name} as it must be ${rule}: it is ${
        typeof value === "number" ? value : JSON.stringify(value)
      }`,
    );
  };
  const isWithin = (x: unknown) => isWithinRange(x, field);
  const bounds = describeRange(field);
  switch (kind) {
    case "integer":
      return Number.isInteger(value) && isWithin(value) ? value : fail(`a whole number${bounds}`);
    case "number":
      return isWithin(value) ? value : fail(`a number${bounds}`);
    case "numbers":
      return Array.isArray(value) && value.every(isWithin) ? value : fail(`numbers${bounds}`);
    case "boolean":
      return typeof value === "boolean" ? value : fail("true or false");
    case "choice":
      return choices?.includes(String(value)) ? value : fail(`one of ${choices?.join(", ")}`);
  }
}
