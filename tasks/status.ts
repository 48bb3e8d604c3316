/** `deno task status`: which runs are done, running, failed and why. */

import { type JobElement, readRunStatus, RUN_STATES } from "../lib/cluster/run_status.ts";
import { readElements } from "../lib/cluster/slurm.ts";
import { readSubmissions } from "../lib/cluster/submission.ts";
import { InputError } from "../lib/errors.ts";
import { EXPERIMENT_FLAGS, planExperiment } from "./command_line/experiment_flags.ts";
import { WEIGHTS_FLAG } from "./command_line/pretrained_flags.ts";
import { runTask } from "./command_line/run_task.ts";
import { BACKEND_FLAGS, readRoots, ROOT_FLAGS } from "./command_line/shared_flags.ts";

await runTask({
  task: "status",
  folders: (flags) => [{ path: readRoots(flags).resultsRoot, use: "read" }],
  summary:
    "Tells where the runs of an experiment stand, from the results folder and, where runs were submitted, from Slurm.",
  flags: [
    ...EXPERIMENT_FLAGS,
    ...ROOT_FLAGS,
    ...BACKEND_FLAGS,
    WEIGHTS_FLAG,
    { name: "all", help: "A line for runs that are done or wait, too." },
  ],
  examples: ["deno task status", "deno task status --profile paper --part baselines --all"],
}, async (flags) => {
  const roots = readRoots(flags);
  const plan = await planExperiment(flags);
  const configs = plan.parts.flatMap((part) => part.configs);
  const elements = await readAllElements(roots.resultsRoot);
  const states = await readRunStatus(configs, roots, (runId) => elements.get(runId));
  for (const { runId, state, note } of states) {
    const isQuiet = state === "done" || (state === "waiting" && note === "");
    if (flags.isOn("all") || !isQuiet) console.log(`${state}: ${runId}${note ? `: ${note}` : ""}`);
  }
  const counts = RUN_STATES.map((name) => {
    const count = states.filter(({ state }) => state === name).length;
    return `${count} ${name}`;
  });
  console.log(`${configs.length} runs: ${counts.join(", ")}`);
});

/** The element of each run that was submitted; of the newest job that has it. */
async function readAllElements(resultsRoot: string): Promise<Map<string, JobElement>> {
  const found = new Map<string, JobElement>();
  for (const { job, elements } of await readSubmissions(resultsRoot)) {
    const states = await readElements(job).catch((error) => {
      if (!(error instanceof InputError)) throw error;
      console.error(error.message);
      return new Map();
    });
    for (const [number, runIds] of Object.entries(elements)) {
      const state = states.get(Number(number));
      for (const runId of runIds) {
        if (state) found.set(runId, { ...state, name: `${job}_${number}` });
        else found.delete(runId); // Slurm has forgotten the newest: an older one says nothing
      }
    }
  }
  return found;
}
