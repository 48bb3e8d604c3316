/** The flags of jobs for Slurm, and what each job asks for: as the user says, else as it was measured. */

import { UsageError } from "../../lib/errors.ts";
import {
  estimateMegabytes,
  estimateMinutes,
  type PacedRun,
} from "../../lib/cluster/estimate_job.ts";
import type { JobResources } from "../../lib/cluster/job_script.ts";
import { countWork, findRate } from "../../lib/experiment/estimate_work.ts";
import { readResults } from "../../lib/results/rows/read_results.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { MEASURED_RATES } from "../experiments/measured_rates.ts";
import type { Flag, Flags } from "./flags.ts";
import { readCounts } from "./read_counts.ts";
import { readBackendChoice, readRoots } from "./shared_flags.ts";

/** What a job is and asks for. */
export const JOB_FLAGS: readonly Flag[] = [
  { name: "runs-per-job", value: "N", help: "Runs of an element of the job array; default 1." },
  { name: "cpus", value: "N", help: "Processor cores of an element; default 2." },
  { name: "gpu", help: "A GPU for each element (--gres=gpu:1)." },
  {
    name: "minutes",
    value: "N",
    help: "Time of an element; default from measured rates, where they are known.",
  },
  {
    name: "memory",
    value: "MB",
    help: "Memory of an element; default from measurements, where they are known.",
  },
  {
    name: "slurm-options",
    value: "TEXT",
    help: 'More options of sbatch: --slurm-options="--partition=gpu --account=me".',
  },
];

/** Reads `--runs-per-job`. */
export function readRunsPerJob(flags: Flags): number {
  return flags.number("runs-per-job", { minimum: 1, isInteger: true }) ?? 1;
}

/** Reads `--cpus`. */
export function readCpuCount(flags: Flags): number {
  return flags.number("cpus", { minimum: 1, isInteger: true }) ?? 2;
}

/** What every job asks for, beside time and memory. */
export function readCommonResources(flags: Flags): JobResources {
  const options = flags.text("slurm-options")?.trim().split(/\s+/) ?? [];
  const broken = options.find((option) => !option.startsWith("-"));
  if (broken !== undefined) {
    throw new UsageError(
      `Cannot use --slurm-options as each must be written --name=value: it is ${
        JSON.stringify(broken)
      }`,
    );
  }
  return { cpuCount: readCpuCount(flags), options };
}

/**
 * What an element asks for.
 *
 * @param elements The runs of each element.
 */
export async function estimateResources(
  elements: readonly (readonly TrainConfig[])[],
  flags: Flags,
): Promise<JobResources> {
  const roots = readRoots(flags);
  const rows = await readResults(roots.resultsRoot);
  const hasGpu = flags.isOn("gpu");
  const own = rows.filter(({ gpu }) => (gpu !== null) === hasGpu);
  const backend = readBackendChoice(flags).name;
  const paced: PacedRun[][] = [];
  for (const runs of elements) {
    paced.push(
      await Promise.all(runs.map(async (config) => ({
        work: countWork(config, await readCounts(config.dataset, roots)),
        rate: findRate(
          config,
          backend === "auto" ? "tensorflow" : backend,
          hasGpu ? [] : MEASURED_RATES, // which are of a processor
          own,
        ),
      }))),
    );
  }
  const needs = elements.flat().map((config) => estimateMegabytes(config, own));
  const known = needs.filter((megabytes) => megabytes !== null);
  return {
    ...readCommonResources(flags),
    hasGpu,
    minutes: flags.number("minutes", { minimum: 1, isInteger: true }) ??
      estimateMinutes(paced) ?? undefined,
    megabytes: flags.number("memory", { minimum: 1, isInteger: true }) ??
      (known.length > 0 ? Math.max(...known) : undefined),
  };
}
