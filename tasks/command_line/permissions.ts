/** What a task may touch, from `deno.json`, and the command that permits more: the words of the task and nothing wider. */

import { fromFileUrl, relative } from "@std/path";
import { quoteWord } from "../../lib/quote_word.ts";
import settings from "../../deno.json" with { type: "json" };

/** A permission that a path can be given to; for `net` it is a host. */
export type PathPermission = "read" | "write" | "ffi" | "net";

/** A path, or a host, that Deno must let a task use. */
export interface NeededPath {
  readonly kind: PathPermission;
  readonly path: string;
}

/** A program that was started: its file below the workspace, its arguments and the words that start Deno. */
export interface StartedProgram {
  readonly script: string;
  readonly args: readonly string[];
  readonly deno: string;
}

/**
 * The command that carries out a task once more with its permissions and some paths in addition.
 *
 * A flag such as `--allow-write=A` takes the place of the list in `deno.json`, so that list is named again.
 *
 * @param needed Paths that the task's permissions do not allow.
 * @param program By default this process's.
 */
export function formatPermittedCommand(
  needed: readonly NeededPath[],
  program: StartedProgram = describeProgram(),
): string {
  const set = permissionSetOf(program.script);
  const flags = (["read", "write", "ffi", "net"] as const).flatMap((kind) => {
    const paths = needed.filter((need) => need.kind === kind).map(({ path }) => path);
    if (paths.length === 0 || allowsAll(set, kind)) return [];
    const all = [...new Set([...listedPaths(set, kind), ...paths])];
    return [`--allow-${kind}=${all.map((path) => path.replaceAll(",", ",,")).join(",")}`];
  });
  const words = ["run", ...(set ? [`-P=${set}`] : []), ...flags, program.script, ...program.args];
  return [program.deno, ...words.map(quoteWord)].join(" ");
}

/** The set of permissions that the task of a script runs with; `null` for a script that is no task. */
export function permissionSetOf(script: string): string | null {
  const command = Object.values(settings.tasks).map(({ command }) => command)
    .find((command) => command.endsWith(` ${script}`));
  return command?.match(/ -P=(\w+) /)?.[1] ?? null;
}

function allowsAll(set: string | null, kind: PathPermission): boolean {
  return readPermission(set, kind) === true;
}

function readPermission(set: string | null, kind: PathPermission): unknown {
  const sets: Readonly<Record<string, Readonly<Record<string, unknown>>>> = settings.permissions;
  return set === null ? undefined : sets[set]?.[kind];
}

/** Paths that a set lists; none where it allows all, as then no more are needed. */
function listedPaths(set: string | null, kind: PathPermission): readonly string[] {
  const listed = readPermission(set, kind);
  return Array.isArray(listed) ? listed : [];
}

/** The command that carries out this program once more, as `deno.json` writes it. */
export function formatTaskCommand(program: StartedProgram = describeProgram()): string {
  const task = Object.entries(settings.tasks)
    .find(([, { command }]) => command.endsWith(` ${program.script}`));
  const words = task ? ["task", task[0]] : ["run", program.script];
  return [program.deno, ...[...words, ...program.args].map(quoteWord)].join(" ");
}

/** This process. Where npm brought Deno, `deno` is on no path. */
export function describeProgram(): StartedProgram {
  const isFromNpm = Deno.execPath().includes("_npx");
  return {
    script: relative(Deno.cwd(), fromFileUrl(Deno.mainModule)),
    args: Deno.args,
    deno: isFromNpm ? `npx -y deno@${Deno.version.deno}` : "deno",
  };
}

/**
 * The path that Deno did not permit, from an error or what caused it.
 *
 * @returns `null` if the error is about something else.
 */
export function findDeniedPath(error: unknown): NeededPath | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) continue;
    const [, kind, path] =
      cause.message.match(/^Requires (read|write|ffi|net) access to "(.*)", run/s) ??
        [];
    if (path !== undefined) return { kind: kind as PathPermission, path };
  }
  return null;
}
