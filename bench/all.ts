/**
 * Every comparison of the program with its peers, one after the other; writes bench/results.md with machine, versions and date.
 *
 *     deno run -A bench/all.ts [--rounds N] [--limit 600] [--minutes N]
 *     deno run -A bench/all.ts --only deit,wasm [--rounds N]   # those with one of these words in their title
 *     deno run -A bench/all.ts --list
 *
 * The file is written after every comparison. One that fails, or takes longer than `--limit` seconds, stands in it with what it printed
 * and the reason, and the exit code is 1; one that `--minutes` leaves no time for stands there as not begun, and the one under way when
 * they end is cut off. `--rounds` is the turns that each takes, by default its own number. The load of the machine before each stands
 * beside it: figures taken under load are worth less, and those by processor time more. `--only` prints and writes nothing.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { fromFileUrl } from "@std/path";
import { cpus } from "node:os";
import { writeFileAtomic } from "../lib/file/atomic_write.ts";
import { type Comparison, COMPARISONS } from "./comparisons.ts";
import { type Finding, formatFindings } from "./format_findings.ts";
import { runComparison } from "./run_comparison.ts";

const RESULTS = fromFileUrl(new URL("results.md", import.meta.url));
/** Seconds of one comparison where no flag says otherwise. */
const LIMIT_SECONDS = 600;
/** What is left of `--minutes` and is not worth beginning with. */
const LEAST_SECONDS = 10;

const flags = parseArgs(Deno.args, {
  string: ["rounds", "only", "limit", "minutes"],
  boolean: ["list"],
  unknown: refuse,
});
const limitSeconds = readNumber("limit", LIMIT_SECONDS);
const totalSeconds = readNumber("minutes", Infinity) * 60;
const rounds = flags.rounds === undefined ? undefined : readNumber("rounds", 1);
const chosen = choose(flags.only as string | undefined);
if (flags.list) chosen.forEach(({ title }) => console.log(title));
else await compareAll();

/** Exits with 2: what is not known would cost half an hour. */
function refuse(arg: string): never {
  console.error(`Cannot use ${arg} as an argument must be one of those at the top of bench/all.ts`);
  Deno.exit(2);
}

/** Exits with 2 where a flag is no number above 0. */
function readNumber(name: "rounds" | "limit" | "minutes", usual: number): number {
  const value = flags[name] === undefined ? usual : Number(flags[name]);
  if (value > 0) return value;
  console.error(`Cannot use --${name} as it must be a number above 0: it is "${flags[name]}"`);
  Deno.exit(2);
}

/** Exits with 2 where no title has one of the words. */
function choose(only: string | undefined): readonly Comparison[] {
  if (only === undefined) return COMPARISONS;
  const words = only.toLowerCase().split(",").map((word) => word.trim());
  const found = COMPARISONS.filter(({ title }) =>
    words.some((word) => title.toLowerCase().includes(word))
  );
  if (found.length > 0) return found;
  console.error(`Cannot use --only as a title must have one of its words: ${only} is in none`);
  Deno.exit(2);
}

async function compareAll(): Promise<void> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1e3;
  const machine = {
    date: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
    processor: cpus()[0]?.model.trim() || Deno.build.arch,
    coreCount: navigator.hardwareConcurrency,
    memoryBytes: Deno.systemMemoryInfo().total,
    command: ["bench/all.ts", ...Deno.args].join(" "),
  };
  const findings: Finding[] = [];
  const write = async (isDone: boolean) => {
    if (flags.only !== undefined) return;
    const state = { isDone, seconds: seconds(), comparisons: chosen };
    await writeFileAtomic(RESULTS, formatFindings(machine, findings, state));
  };
  for (const comparison of chosen) {
    console.log(`\n${comparison.title} ...`);
    const finding = await find(comparison, totalSeconds - seconds());
    findings.push(finding);
    if (finding.text) console.log(finding.text);
    console.log(
      `${finding.failure ? `FAILED: ${finding.failure}; ` : ""}${finding.seconds.toFixed(0)} s`,
    );
    await write(findings.length === chosen.length);
  }
  const failedCount = findings.filter(({ failure }) => failure !== null).length;
  console.log(
    `\n${findings.length - failedCount} of ${findings.length} comparisons in ${
      (seconds() / 60).toFixed(1)
    } minutes`,
  );
  if (failedCount > 0) Deno.exitCode = 1;
}

async function find(comparison: Comparison, leftSeconds: number): Promise<Finding> {
  const load = Deno.loadavg()[0]!;
  if (leftSeconds < LEAST_SECONDS) {
    const failure = `not begun: the ${flags.minutes} minutes were over`;
    return { comparison, load, seconds: 0, text: "", failure };
  }
  const outcome = await runComparison(comparison, {
    rounds,
    limitSeconds: Math.min(limitSeconds, leftSeconds),
  });
  return { comparison, load, ...outcome };
}
