/** `deno task reproduce-all`: everything, in a fixed order, skipping what is done. */

import { DATASET_NAMES, type DatasetName } from "../lib/dataset/datasets.ts";
import { InputError } from "../lib/errors.ts";
import { findDoneRuns } from "../lib/experiment/done_runs.ts";
import { planRuns } from "../lib/experiment/plan.ts";
import { type TrainConfig, withPrecision } from "../lib/train/config.ts";
import { formatRunId } from "../lib/train/run_id.ts";
import { carryOutRuns } from "./command_line/carry_out_runs.ts";
import { convertOne } from "./command_line/convert_dataset.ts";
import { drawMiniatures } from "./command_line/draw_miniatures.ts";
import { findPretrainedFiles, WEIGHTS_FLAG } from "./command_line/pretrained_flags.ts";
import { runTask } from "./command_line/run_task.ts";
import {
  BACKEND_FLAGS,
  JOBS_FLAG,
  readBackendChoice,
  readRoots,
  ROOT_FLAGS,
  type Roots,
  rootsToWrite,
} from "./command_line/shared_flags.ts";
import { experimentGrids, SETTINGS } from "./experiments/experiment.ts";

await runTask({
  task: "reproduce-all",
  folders: (flags) => flags.isOn("dry-run") ? [] : rootsToWrite(flags),
  summary:
    "Runs a whole experiment: fixtures (mini), convert, every run, tables. Skips what is done, resumes what was interrupted.",
  flags: [
    ...ROOT_FLAGS,
    ...BACKEND_FLAGS,
    WEIGHTS_FLAG,
    JOBS_FLAG,
    { name: "dry-run", help: "Print the plan and stop." },
  ],
  examples: ["deno task reproduce-all", "deno task reproduce-all --profile paper --dry-run"],
}, async (flags) => {
  const roots = readRoots(flags);
  const { precision } = readBackendChoice(flags).options;
  const grids = experimentGrids(roots.profile);
  const backbones = new Set(grids.flatMap((grid) => grid.backbones));
  const pretrained = await findPretrainedFiles(
    [...backbones],
    flags,
    flags.isOn("dry-run") ? console.error : undefined,
  );
  const plan = grids.flatMap((grid) =>
    planRuns(grid, SETTINGS[roots.profile], {}, pretrained.hashOf)
      .map((config) => withPrecision(config, precision))
  );
  await printPlan(plan, roots);
  if (flags.isOn("dry-run")) return;

  if (roots.profile === "mini") await drawMiniatures(roots.dataRoot);
  const missing = await convertAll(roots);
  const possible = plan.filter(({ dataset }) => !missing.has(dataset));
  await carryOutRuns({ configs: possible, pretrainedPaths: pretrained.paths }, flags);
  if (missing.size > 0) {
    throw new InputError(
      `${missing.size} of ${DATASET_NAMES.length} datasets are not ready, the others are done:\n` +
        [...missing.values()].join("\n"),
    );
  }
});

async function printPlan(plan: readonly TrainConfig[], roots: Roots): Promise<void> {
  if (roots.profile === "mini") {
    console.log(
      "Profile mini: drawn miniature datasets and a small network; nothing here is a number of the paper.",
    );
  }
  const { done } = await findDoneRuns(plan, roots);
  const groups = Map.groupBy(plan, ({ setting, dataset }) => `${setting.kind} ${dataset}`);
  for (const [name, configs] of groups) {
    const doneCount = configs.filter((config) => done.has(formatRunId(config))).length;
    console.log(`${name}: ${configs.length} runs, ${doneCount} done`);
  }
  console.log(`${plan.length} runs in all, ${done.size} done`);
}

/** Converts what is there; says what is not. */
async function convertAll(roots: Roots): Promise<Map<string, string>> {
  const missing = new Map<DatasetName, string>();
  for (const name of DATASET_NAMES) {
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
