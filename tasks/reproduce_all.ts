/** `deno task reproduce-all`: everything, in a fixed order, skipping what is done. */

import { type DatasetName, datasetsOfProfile } from "../lib/dataset/datasets.ts";
import { InputError } from "../lib/errors.ts";
import { takeShard } from "../lib/shard.ts";
import { writeReport } from "../lib/report/write_report.ts";
import { CACHE_FLAG, readCacheBytes } from "./command_line/cache_flag.ts";
import { carryOutRuns } from "./command_line/carry_out_runs.ts";
import { convertOne } from "./command_line/convert_dataset.ts";
import { drawMiniatures } from "./command_line/draw_miniatures.ts";
import { EXPERIMENT_FLAGS, planExperiment } from "./command_line/experiment_flags.ts";
import { WEIGHTS_FLAG } from "./command_line/pretrained_flags.ts";
import { printPlan } from "./command_line/print_plan.ts";
import { runTask } from "./command_line/run_task.ts";
import { readShard, SHARD_FLAGS } from "./command_line/shard_flag.ts";
import {
  BACKEND_FLAGS,
  JOBS_FLAG,
  readJobCount,
  readRoots,
  ROOT_FLAGS,
  type Roots,
  rootsToWrite,
} from "./command_line/shared_flags.ts";

await runTask({
  task: "reproduce-all",
  folders: (flags) => flags.isOn("dry-run") ? [] : rootsToWrite(flags),
  summary:
    "Runs a whole experiment: fixtures (mini), convert, every run, tables. Skips what is done, resumes what was interrupted.",
  flags: [
    ...EXPERIMENT_FLAGS,
    ...ROOT_FLAGS,
    ...BACKEND_FLAGS,
    CACHE_FLAG,
    WEIGHTS_FLAG,
    JOBS_FLAG,
    ...SHARD_FLAGS,
    { name: "dry-run", help: "Print the plan, its hours and its disk, and stop." },
  ],
  examples: [
    "deno task reproduce-all",
    "deno task reproduce-all --profile paper --dry-run",
    "deno task reproduce-all --profile paper --part baselines --dataset cub200 --seed 2024 --protocol published",
  ],
}, async (flags) => {
  const roots = readRoots(flags);
  readCacheBytes(flags); // what is wrong is said before anything is drawn
  readJobCount(flags);
  const shard = readShard(flags);
  const plan = await planExperiment(flags);
  if (roots.profile === "mini") {
    console.log(
      "Profile mini: drawn miniature datasets and a small network; nothing here is a number of the paper.",
    );
  }
  await printPlan(plan, roots);
  for (const message of plan.missingWeights.values()) console.error(message);
  if (flags.isOn("dry-run")) return;

  const configs = takeShard(plan.parts.flatMap((part) => part.configs), shard);
  const datasets = datasetsOfProfile(roots.profile).filter((name) =>
    configs.some(({ dataset }) => dataset === name)
  );
  if (roots.profile === "mini") await drawMiniatures(roots.dataRoot, datasets);
  const missing = await convertAll(datasets, roots);
  const possible = configs.filter(({ dataset, backbone }) =>
    !missing.has(dataset) && !plan.missingWeights.has(backbone)
  );
  await carryOutRuns({ configs: possible, pretrainedPaths: plan.pretrained.paths }, flags);
  const report = await writeReport(roots.resultsRoot, { hasImages: true });
  console.log(`${report.path} shows all of it; \`deno task views\` looks into runs for it`);
  if (possible.length === configs.length) return;
  const problems = [...missing.values(), ...plan.missingWeights.values()];
  throw new InputError(
    `${
      configs.length - possible.length
    } of ${configs.length} runs need what is not here, the others are done: ` +
      problems.join("; "),
  );
});

/** Converts what is there; says what is not. */
async function convertAll(
  datasets: readonly DatasetName[],
  roots: Roots,
): Promise<Map<string, string>> {
  const missing = new Map<string, string>();
  for (const name of datasets) {
    try {
      await convertOne(name, roots);
    } catch (error) {
      if (!(error instanceof InputError) || roots.profile === "mini") throw error;
      console.error(error.message);
      missing.set(name, error.message);
    }
  }
  return missing;
}
