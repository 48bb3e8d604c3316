/** Stand-in for `jsr:@std/cli`: `parseArgs` with the same signature for the options used here, over npm:minimist. */
import minimist from "minimist";

/** The options of {@linkcode parseArgs} that this project uses. */
export interface ParseOptions {
  /** Names that are always strings. */
  string?: readonly string[];
  /** Names that are always booleans. */
  boolean?: readonly string[];
  /** Names given more than once, gathered into arrays. */
  collect?: readonly string[];
  /** Short names. */
  alias?: Record<string, string>;
  /** Called for each argument that no option names; `false` leaves it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Flags by name, and what is no flag under `_`. */
export type Args = { _: (string | number)[] } & Record<string, unknown>;

/** Parses command-line arguments. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const collect = new Set(options.collect ?? []);
  const parsed: Record<string, unknown> = minimist(args, {
    string: [...(options.string ?? []), ...collect, "_"],
    boolean: [...(options.boolean ?? [])],
    alias: options.alias,
    unknown: options.unknown && ((arg: string) => {
      const [, key, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
      return options.unknown?.(arg, key, value) !== false;
    }),
  });
  for (const name of collect) {
    const value = parsed[name];
    parsed[name] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  }
  return parsed as Args;
}
