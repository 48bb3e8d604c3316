/** The three jobs of an experiment: convert, then the array of its runs, then the tables. */

import { join, resolve } from "@std/path";
import {
  formatArrayScript,
  formatPlainScript,
  type JobResources,
} from "../../lib/cluster/job_script.ts";
import { SLURM_FOLDER } from "../../lib/cluster/submission.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { CACHE_FLAG, readCacheBytes } from "./cache_flag.ts";
import { EXPERIMENT_FLAGS } from "./experiment_flags.ts";
import type { Flag, Flags } from "./flags.ts";
import { formatJobCommand, repeatFlags } from "./job_commands.ts";
import { estimateResources, readCommonResources, readCpuCount } from "./job_flags.ts";
import { WEIGHTS_FLAG } from "./pretrained_flags.ts";
import { BACKEND_FLAGS, readRoots, ROOT_FLAGS } from "./shared_flags.ts";

/** The flags that a plan depends on: handed on to every element, so that all have one plan. */
export const PLAN_FLAGS: readonly Flag[] = [
  ...EXPERIMENT_FLAGS,
  ...ROOT_FLAGS,
  ...BACKEND_FLAGS,
  CACHE_FLAG,
  WEIGHTS_FLAG,
];

/** A plan in parts. */
export interface ElementPlan {
  readonly configs: readonly TrainConfig[];
  /** How many parts it has. */
  readonly count: number;
  /** The parts that have something to do, numbered from 1. */
  readonly elements: readonly { readonly number: number; readonly runs: readonly TrainConfig[] }[];
}

/** The scripts, in the order in which they are submitted. */
export interface JobScripts {
  readonly convert: string;
  readonly runs: string;
  readonly tables: string;
}

/** Where logs go, absolute. */
export function logFolderOf(flags: Flags): string {
  return join(resolve(readRoots(flags).resultsRoot), SLURM_FOLDER);
}

/**
 * Formats the scripts of a plan.
 *
 * @throws {UsageError} If a flag is wrong that the jobs would refuse, each by itself.
 */
export async function formatJobs(plan: ElementPlan, flags: Flags): Promise<JobScripts> {
  readCacheBytes(flags);
  const { configs, elements, count } = plan;
  const [folder, logFolder] = [Deno.cwd(), logFolderOf(flags)];
  const job = (name: string, resources: JobResources) => ({ name, resources, folder, logFolder });
  const resources = await estimateResources(elements.map(({ runs }) => runs), flags);
  const common = readCommonResources(flags);
  return {
    convert: formatPlainScript(job("proxyan-convert", common), listConvertCommands(configs, flags)),
    runs: formatArrayScript(
      job("proxyan-runs", resources),
      formatRunCommand(flags),
      elements.map(({ number }) => number),
      count,
    ),
    tables: formatPlainScript(job("proxyan-tables", common), [
      formatJobCommand("table", repeatRoots(flags, "results-root"), flags),
    ]),
  };
}

/** One run at a time, on the cores that the element has: threads are part of what makes the bits. */
function formatRunCommand(flags: Flags): string {
  const threads = flags.text("threads") === undefined
    ? ["--threads", String(readCpuCount(flags))]
    : [];
  return formatJobCommand("reproduce_all", [
    ...repeatFlags(flags, PLAN_FLAGS),
    ...threads,
    ...["--jobs", "1", "--rows-per-run"],
  ], flags);
}

function listConvertCommands(configs: readonly TrainConfig[], flags: Flags): string[] {
  const datasets = [...new Set(configs.map(({ dataset }) => dataset))].join(",");
  const convert = ["--dataset", datasets, ...repeatFlags(flags, ROOT_FLAGS)];
  const fixtures = ["--dataset", datasets, ...repeatRoots(flags, "data-root")];
  return [
    ...(readRoots(flags).profile === "mini" ? [formatJobCommand("fixtures", fixtures, flags)] : []),
    formatJobCommand("convert", convert, flags),
  ];
}

function repeatRoots(flags: Flags, flag: string): string[] {
  return repeatFlags(flags, ROOT_FLAGS.filter(({ name }) => name === flag));
}
