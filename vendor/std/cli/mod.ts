/**
 * Stand-in for `jsr:@std/cli` 1.x: `parseArgs` with its signature for the options used here, over npm:minimist, which
 * it was ported from.
 */
import minimist from "minimist";

/** The options of {@linkcode parseArgs} that this project uses. */
export interface ParseOptions {
  /** Names that are always strings; without a value, empty ones. */
  string?: readonly string[];
  /** Names that are always booleans, `false` by default. */
  boolean?: readonly string[];
  /** Names whose values are gathered into an array; of any other name the last value counts. */
  collect?: readonly string[];
  /** Short names. */
  alias?: Readonly<Record<string, string>>;
  /** Called for each argument that no option names; `false` leaves it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Flags by name, and what is no flag under `_`. */
export type Args = Record<string, unknown> & { _: (string | number)[] };

/** Parses command-line arguments. Nothing after `--` is a flag. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const { string = [], boolean = [], collect = [], alias = {}, unknown } = options;
  const isKnown = (name: string) => string.includes(name) || boolean.includes(name);
  const negated: string[] = [];
  const parsed: Record<string, unknown> = minimist(keepUnlessNegated(args, negated), {
    string: [...string],
    boolean: [...boolean],
    alias: { ...alias },
    unknown: unknown && ((arg: string) => unknown(arg, ...parseFlag(arg)) !== false),
  });
  for (const arg of negated) {
    const key = arg.slice(2);
    if (isKnown(key) || unknown?.(arg, key, true) !== false) parsed[key] = true;
  }
  for (const [name, value] of Object.entries(parsed)) {
    if (name !== "_" && Array.isArray(value) && !collect.includes(name)) {
      parsed[name] = value.at(-1);
    }
  }
  for (const name of collect) {
    const value = parsed[name];
    parsed[name] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  }
  return parsed as Args;
}

/** minimist takes `--no-x` for x = false; @std/cli only where x is declared negatable, which nothing here is. */
function keepUnlessNegated(args: readonly string[], negated: string[]): string[] {
  const end = args.indexOf("--");
  return args.filter((arg, i) => {
    const isNegated = /^--no-[^=]+$/.test(arg) && (end === -1 || i < end);
    if (isNegated) negated.push(arg);
    return !isNegated;
  });
}

function parseFlag(arg: string): [key?: string, value?: unknown] {
  const [, key, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
  return key === undefined ? [] : [key, value ?? true];
}
