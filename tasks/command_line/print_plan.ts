/** The plan of an experiment in lines: runs, hours, disk, what is done and what is missing. */

import type { DatasetCounts } from "../../lib/dataset/counts.ts";
import { findDoneRuns } from "../../lib/experiment/done_runs.ts";
import { bytesOf, countWork, findRate, hoursOf } from "../../lib/experiment/estimate_work.ts";
import { readResults } from "../../lib/results/rows/read_results.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { MEASURED_RATES } from "../experiments/measured_rates.ts";
import type { ExperimentPlan } from "./experiment_flags.ts";
import { readCounts } from "./read_counts.ts";
import type { Roots } from "./shared_flags.ts";

/** Backends that a plan's hours are told for, where a rate of theirs is known. */
const ESTIMATED_BACKENDS = ["tensorflow", "webgpu", "wasm"];

/** Prints every part of a plan: runs by setting and dataset, and what the waiting ones take. */
export async function printPlan(plan: ExperimentPlan, roots: Roots): Promise<void> {
  const configs = plan.parts.flatMap((part) => part.configs);
  const { done } = await findDoneRuns(configs, roots);
  for (const { part, configs } of plan.parts) {
    console.log(`Part ${part.name}: ${part.claim}`);
    const groups = Map.groupBy(configs, ({ setting, dataset }) => `${setting.kind} ${dataset}`);
    for (const [name, members] of groups) console.log(`  ${name}: ${describeRuns(members, done)}`);
  }
  console.log(`${describeRuns(configs, done)} in all`);
  const waiting = configs.filter((config) => !done.has(formatRunId(config)));
  if (waiting.length > 0) {
    for (const line of await describeCost(waiting, roots)) {
      console.log(line);
    }
  }
}

function describeRuns(configs: readonly TrainConfig[], done: ReadonlySet<string>): string {
  const doneCount = configs.filter((config) => done.has(formatRunId(config))).length;
  return `${configs.length} runs, ${doneCount} done`;
}

async function describeCost(configs: readonly TrainConfig[], roots: Roots): Promise<string[]> {
  const rows = await readResults(roots.resultsRoot);
  const countsOf = new Map<string, DatasetCounts>();
  for (const { dataset } of configs) {
    if (!countsOf.has(dataset)) countsOf.set(dataset, await readCounts(dataset, roots));
  }
  const gigabytes = configs.reduce((sum, config) => sum + bytesOf(config), 0) / 1e9;
  const hours = ESTIMATED_BACKENDS.flatMap((backend) => {
    const each = configs.map((config) => {
      const rate = findRate(config, backend, MEASURED_RATES, rows);
      return rate && hoursOf(countWork(config, countsOf.get(config.dataset)!), rate);
    });
    const known = each.filter((value) => value !== null);
    if (known.length === 0) return [];
    const total = known.reduce((sum, value) => sum + value, 0);
    const missing = each.length - known.length;
    return [
      `${backend}: about ${formatHours(total)}` +
      (missing > 0 ? `, and ${missing} runs of networks without a measured rate` : ""),
    ];
  });
  return [
    `Disk of the runs that wait: ${gigabytes.toFixed(1)} GB of weights`,
    hours.length > 0
      ? `Time of the runs that wait, one after another, at measured rates: ${hours.join("; ")}`
      : "Time of the runs that wait: no rate of these networks was measured; the first run's row has one",
  ];
}

function formatHours(hours: number): string {
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return hours >= 1 ? `${hours.toFixed(1)} hours` : `${Math.ceil(hours * 60)} minutes`;
}
