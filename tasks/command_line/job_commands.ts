/** The commands of jobs: tasks of this program, with the flags that submit was given. */

import { resolve } from "@std/path";
import { isBelow } from "../../lib/file/is_below.ts";
import type { Flag, Flags } from "./flags.ts";
import { formatPermittedCommand, type NeededPath } from "./permissions.ts";
import { readRoots } from "./shared_flags.ts";

/** The command of a task, as a line of shell that needs no `deno` on the PATH. */
export function formatJobCommand(task: string, args: readonly string[], flags: Flags): string {
  return formatPermittedCommand(findRootsOutside(flags), {
    script: `tasks/${task}.ts`,
    args,
    deno: Deno.execPath(),
  });
}

/** The flags of a list as they were given, to hand them on. */
export function repeatFlags(flags: Flags, list: readonly Flag[]): string[] {
  return list.flatMap(({ name, value }) => {
    if (value === undefined) return flags.isOn(name) ? [`--${name}`] : [];
    const text = flags.text(name);
    return text === undefined ? [] : [`--${name}`, text];
  });
}

/** Roots that the tasks' own permissions leave out: those that are not `data` and `results` of the checkout. */
function findRootsOutside(flags: Flags): NeededPath[] {
  const { dataRoot, resultsRoot } = readRoots(flags);
  return [dataRoot, resultsRoot]
    .filter((path) => !["data", "results"].some((own) => isBelow(resolve(path), resolve(own))))
    .flatMap((path) => [{ kind: "write", path }, { kind: "read", path }] as const);
}
