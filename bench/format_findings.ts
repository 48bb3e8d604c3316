/** bench/results.md: what the comparisons came to, on which machine and when. Laid out as `deno fmt` leaves it. */

import type { Comparison } from "./comparisons.ts";
import type { Outcome } from "./run_comparison.ts";

/** A comparison that was run, or not begun. */
export interface Finding extends Outcome {
  readonly comparison: Comparison;
  /** Of the machine, in the minute before. */
  readonly load: number;
}

/** Where and when. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly coreCount: number;
  readonly memoryBytes: number;
  readonly command: string;
}

/** How far it is. */
export interface State {
  readonly isDone: boolean;
  readonly seconds: number;
  /** All that were chosen. */
  readonly comparisons: readonly Comparison[];
}

/** Formats the file. */
export function formatFindings(
  machine: Machine,
  findings: readonly Finding[],
  { isDone, seconds, comparisons }: State,
): string {
  const { date, processor, coreCount, memoryBytes, command } = machine;
  const failed = findings.filter(({ failure }) => failure !== null);
  const minutes = `${(seconds / 60).toFixed(1)} minutes`;
  const rest = comparisons.slice(findings.length).map(({ title }) => title);
  const lines = [
    "# Against the peers",
    "",
    `Written by \`${command}\`, begun on ${date}: ${processor}, ${coreCount} cores, ` +
    `${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${Deno.build.os}; Deno ${Deno.version.deno}. ` +
    "The versions of both sides stand in each part.",
    "",
    isDone
      ? `${findings.length - failed.length} of ${findings.length} comparisons in ${minutes}.`
      : `**Not whole**: ${findings.length} of ${comparisons.length} comparisons after ${minutes}. Not run: ${
        rest.join("; ")
      }.`,
    ...failed.map(({ comparison, failure }) => `\n**${comparison.title}**: ${escape(failure!)}`),
  ];
  return [lines.join("\n") + "\n", ...findings.map(formatSection)].join("\n");
}

function formatSection({ comparison, load, seconds, text, failure }: Finding): string {
  const { title, goal, script, args } = comparison;
  const command = [`bench/${script}`, ...args].join(" ");
  const printed = text.split("\n").map((line) => line.trimEnd()).join("\n");
  return [
    `## ${title}`,
    "",
    `\`${command}\`, ${seconds.toFixed(0)} s, load before it ${load.toFixed(1)}. Asked: ${goal}.`,
    ...(failure === null ? [] : ["", `**Failed**: ${escape(failure)}`]),
    ...(printed ? ["", "```text", printed, "```"] : []),
    "",
  ].join("\n");
}

/** A line of a program, so that nothing in it is markup. */
function escape(line: string): string {
  return line.replace(/[\\`*_<>[\]|]/g, "\\$&");
}
