/** `deno task submit`: an experiment as jobs of Slurm. */

import { submitScript } from "../lib/cluster/slurm.ts";
import { storeSubmission } from "../lib/cluster/submission.ts";
import { findDoneRuns } from "../lib/experiment/done_runs.ts";
import { makeFolder } from "../lib/file/atomic_write.ts";
import { takeShard } from "../lib/shard.ts";
import { formatRunId } from "../lib/train/run_id.ts";
import { planExperiment } from "./command_line/experiment_flags.ts";
import { formatJobs, logFolderOf, PLAN_FLAGS } from "./command_line/format_jobs.ts";
import { JOB_FLAGS, readRunsPerJob } from "./command_line/job_flags.ts";
import { runTask } from "./command_line/run_task.ts";
import { readRoots, resultsToWrite } from "./command_line/shared_flags.ts";

await runTask({
  task: "submit",
  folders: (flags) => flags.isOn("dry-run") ? [] : resultsToWrite(flags),
  summary:
    "Submits an experiment to Slurm: a job that converts, an array of the runs that are not done, and a job that writes the tables.",
  flags: [
    ...PLAN_FLAGS,
    ...JOB_FLAGS,
    { name: "dry-run", help: "Print the scripts and submit nothing." },
  ],
  examples: [
    "deno task submit --profile paper --part baselines --dataset cub200 --gpu --dry-run",
    'deno task submit --runs-per-job 6 --backend wasm --slurm-options="--partition=all --nice"',
  ],
}, async (flags) => {
  const roots = readRoots(flags);
  const plan = await planExperiment(flags);
  for (const message of plan.missingWeights.values()) console.error(message);
  const configs = plan.parts.flatMap((part) => part.configs);
  const { done } = await findDoneRuns(configs, roots);
  const count = Math.ceil(configs.length / readRunsPerJob(flags));
  const elements = Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    runs: takeShard(configs, { index: i + 1, count }).filter((config) =>
      !done.has(formatRunId(config)) &&
      (flags.isOn("dry-run") || !plan.missingWeights.has(config.backbone))
    ),
  })).filter(({ runs }) => runs.length > 0);
  if (elements.length === 0) return console.log("Nothing to submit: no run waits that could begin");

  const scripts = await formatJobs({ configs, elements, count }, flags);
  if (flags.isOn("dry-run")) return console.log(Object.values(scripts).join("\n"));

  const logFolder = logFolderOf(flags);
  await makeFolder(logFolder);
  const first = await submitScript(scripts.convert, null);
  const job = await submitScript(scripts.runs, `afterok:${first}`);
  await storeSubmission(roots.resultsRoot, {
    job,
    elements: Object.fromEntries(
      elements.map(({ number, runs }) => [number, runs.map(formatRunId)]),
    ),
  });
  const last = await submitScript(scripts.tables, `afterany:${job}`);
  console.log(
    `Submitted ${first} (convert), ${job} (${elements.length} elements, ${
      elements.flatMap(({ runs }) => runs).length
    } runs), ${last} (tables); logs are in ${logFolder}, \`deno task status\` tells more`,
  );
});
