/** Every field of a configuration as a flag, and as a line of a JSON or YAML file. */

import { quoteText } from "../../lib/file/quote_text.ts";
import { InputError } from "../../lib/errors.ts";
import {
  CONFIG_FIELDS,
  type ConfigField,
  type Overrides,
  type OverrideValue,
} from "../../lib/experiment/config_fields.ts";
import { UsageError } from "../../lib/errors.ts";
import { describeDefault } from "./config_defaults.ts";
import type { Flag, Flags } from "./flags.ts";
import { readYaml } from "./read_yaml.ts";

/** `--config`, and one flag for each field. */
export const CONFIG_FLAGS: readonly Flag[] = [
  {
    name: "config",
    value: "FILE",
    help: "JSON or YAML file with any of the settings below; flags win over it.",
  },
  ...CONFIG_FIELDS.map((field) => ({
    name: field.name,
    value: describeValue(field),
    help: [field.help.replace(/\.$/, ""), describeDefault(field)].filter(Boolean).join("; ") + ".",
  })),
];

function describeValue({ kind, isAxis }: ConfigField): string {
  const value = kind === "choice" ? "NAME" : kind === "boolean" ? "BOOL" : "N";
  return isAxis || kind === "numbers" ? `${value},...` : value;
}

/**
 * Reads `CONFIG_FLAGS`.
 *
 * @throws {InputError} If the file cannot be read or parsed.
 * @throws {UsageError} If a flag's text is not of its kind.
 */
export async function readOverrides(flags: Flags): Promise<Overrides> {
  const path = flags.text("config");
  const overrides: Record<string, OverrideValue> = path ? { ...await readConfigFile(path) } : {};
  for (const { name, kind, isAxis } of CONFIG_FIELDS) {
    const text = flags.text(name);
    if (text === undefined) continue;
    switch (kind) {
      case "integer":
      case "number":
        overrides[name] = isAxis ? flags.numbers(name)! : flags.number(name)!;
        break;
      case "numbers":
        overrides[name] = flags.numbers(name)!;
        break;
      case "boolean":
        overrides[name] = readBoolean(name, text);
        break;
      case "choice":
        overrides[name] = text;
    }
  }
  return overrides;
}

function readBoolean(name: string, text: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw new UsageError(
    `Cannot use --${name} as it must be true or false: it is ${JSON.stringify(text)}`,
  );
}

async function readConfigFile(path: string): Promise<Overrides> {
  const value = await readYaml(path, "read configuration");
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new InputError(
      `${path}: Cannot read configuration as it must hold settings by name: it is ${
        Array.isArray(value) ? "a list" : quoteText(String(value))
      }`,
    );
  }
  return value as Overrides;
}
