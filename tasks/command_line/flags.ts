/** Command lines: declared flags, `--help` made from them, and one line for whatever is wrong. */

import { parseArgs } from "@std/cli";
import { UsageError } from "../../lib/errors.ts";
import { describeUnknown } from "../../lib/nearest_name.ts";

/** One flag of a task. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in `--help`; a flag without it is a switch. */
  readonly value?: string;
  readonly help: string;
}

/** What a task accepts and how it explains itself. */
export interface CommandSpec {
  readonly task: string;
  /** One sentence. */
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Command lines that work as they stand. */
  readonly examples: readonly string[];
  /** What goes before the flags, for a task that takes more than flags. */
  readonly operands?: { readonly value: string; readonly minimum: number };
}

/** Bounds of a number on the command line. */
export interface NumberRule {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly isInteger?: boolean;
}

/** Parsed flags with typed, checked access. */
export class Flags {
  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    /** What is there beside the flags. */
    readonly operands: readonly string[] = [],
  ) {}

  /** Whether a switch is on. */
  isOn(name: string): boolean {
    return this.values[name] === true;
  }

  /** A text, or `undefined` if the flag is not there. */
  text(name: string): string | undefined {
    const value = this.values[name];
    const given = Array.isArray(value) ? value : value === undefined ? [] : [value];
    if (given.length === 0 || given[0] === false) return undefined;
    if (given.length > 1) {
      throw new UsageError(
        `Cannot use --${name} as it must be given once: it is given ${given.length} times`,
      );
    }
    if (given[0] === "") {
      throw new UsageError(`Cannot use --${name} as it needs a value: it is empty`);
    }
    return String(given[0]);
  }

  /** One of a closed set of names. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : checkChoice(name, value, choices);
  }

  /** Names of a closed set, separated by commas. */
  choices<T extends string>(name: string, choices: readonly T[]): T[] | undefined {
    return this.text(name)?.split(",").map((value) => checkChoice(name, value.trim(), choices));
  }

  /** A number within its bounds. */
  number(name: string, rule: NumberRule = {}): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : checkNumber(name, value, rule);
  }

  /** Numbers within their bounds, separated by commas. */
  numbers(name: string, rule: NumberRule = {}): number[] | undefined {
    return this.text(name)?.split(",").map((value) => checkNumber(name, value, rule));
  }
}

/**
 * Parses a command line.
 *
 * @returns The flags, or `null` if `--help` is among them.
 * @throws {UsageError} For an unknown flag (with the nearest known one) or a stray argument.
 */
export function parseCommandLine(spec: CommandSpec, args: readonly string[]): Flags | null {
  const names = [...spec.flags.map(({ name }) => name), "help"];
  const valued = spec.flags.filter(({ value }) => value !== undefined).map(({ name }) => name);
  const switches = names.filter((name) => !valued.includes(name));
  const parsed = parseArgs(joinNegative(args, valued), {
    string: spec.operands ? [...valued, "_"] : valued,
    collect: valued, // so that a repeated flag is seen, not overwritten
    boolean: switches,
    alias: { h: "help" },
    unknown: (arg) => {
      if (!arg.startsWith("-")) {
        if (spec.operands) return;
        failStray(spec, arg);
      }
      const name = arg.replace(/^-+/, "").replace(/=.*$/s, "");
      throw new UsageError(
        `Cannot run ${spec.task} as its flags are ${
          names.map((name) => `--${name}`).join(", ")
        }: ` +
          describeUnknown(`--${name}`, names.map((name) => `--${name}`)),
      );
    },
  });
  if (parsed["help"] === true) return null;
  const valuedSwitch = args.find((arg) => switches.some((name) => arg.startsWith(`--${name}=`)));
  const stray = valuedSwitch ?? (spec.operands ? undefined : parsed._[0]); // behind --
  if (stray !== undefined) failStray(spec, String(stray));
  const operands = parsed._.map(String);
  const { value, minimum } = spec.operands ?? { value: "", minimum: 0 };
  if (operands.length >= minimum) return new Flags(parsed, operands);
  throw new UsageError(
    `Cannot run ${spec.task} as it takes ${value}: there ${
      operands.length === 1 ? "is" : "are"
    } ${operands.length} of them`,
  );
}

/** The beginning of a negative number, which is no name of a flag. */
const NEGATIVE = /^-\.?\d/;

/** `--margin -0.1` as `--margin=-0.1`: the parser would take the number for a flag. */
function joinNegative(args: readonly string[], valued: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    const isValue = NEGATIVE.test(arg) && !joined.includes("--") &&
      valued.some((name) => last === `--${name}`);
    if (isValue) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** For what stands beside flags and their values: nothing is ignored. */
function failStray({ task }: CommandSpec, arg: string): never {
  throw new UsageError(
    arg.startsWith("--")
      ? `Cannot use ${arg.replace(/=.*$/s, "")} as it must stand without a value: it is ${
        JSON.stringify(arg)
      }`
      : `Cannot run ${task} as it takes flags only: the argument is ${JSON.stringify(arg)}`,
  );
}

/** The text of `--help`. */
export function formatHelp(spec: CommandSpec): string {
  const flags = [...spec.flags, { name: "help", value: undefined, help: "Show this text." }];
  const heads = flags.map(({ name, value }) => `--${name}${value ? ` ${value}` : ""}`);
  const width = Math.max(...heads.map((head) => head.length));
  return [
    spec.summary,
    "",
    `Usage: deno task ${spec.task} ${spec.operands ? `${spec.operands.value} ` : ""}[flags]`,
    "",
    ...flags.map(({ help }, i) => `  ${heads[i]!.padEnd(width)}  ${help}`),
    "",
    "Examples:",
    ...spec.examples.map((example) => `  ${example}`),
  ].join("\n");
}

function checkChoice<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UsageError(
    `Cannot use --${name} as it must be one of ${choices.join(", ")}: ${
      describeUnknown(value, choices)
    }`,
  );
}

/** Whatever else `Number` reads, such as 0x10, is a slip more often than a wish. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function checkNumber(name: string, text: string, rule: NumberRule): number {
  const { minimum = -Infinity, maximum = Infinity, isInteger = false } = rule;
  const value = DECIMAL.test(text.trim()) ? Number(text) + 0 : NaN; // -0 is 0
  if (
    Number.isFinite(value) && value >= minimum && value <= maximum &&
    (!isInteger || Number.isInteger(value))
  ) {
    return value;
  }
  const bounds = [
    ...(minimum > -Infinity ? [`at least ${minimum}`] : []),
    ...(maximum < Infinity ? [`at most ${maximum}`] : []),
  ].join(" and ");
  throw new UsageError(
    `Cannot use --${name} as it must be a ${isInteger ? "whole " : ""}number${
      bounds && ` of ${bounds}`
    }: ` +
      `it is ${JSON.stringify(text)}`,
  );
}
