/** `deno task views`: looks into runs, for the report. */

import { InputError } from "../lib/errors.ts";
import { viewRun } from "../lib/experiment/view_run.ts";
import { readResults } from "../lib/results/rows/read_results.ts";
import { compareResults, type ResultRow } from "../lib/results/rows/row.ts";
import { readRunIds } from "./command_line/checkpoint_flags.ts";
import { openChosenBackend } from "./command_line/open_chosen_backend.ts";
import { openProgress } from "./command_line/progress.ts";
import { runTask } from "./command_line/run_task.ts";
import {
  BACKEND_FLAGS,
  readRoots,
  resultsToWrite,
  ROOT_FLAGS,
} from "./command_line/shared_flags.ts";

/** Runs that are looked into where none are named: the page stays below 5 MB. */
const RUN_COUNT = 6;

await runTask({
  task: "views",
  folders: resultsToWrite,
  summary:
    "Looks into runs for the report: what their samplers drew, and, where their weights are here, queries and neighbors, " +
    "hardest classes, similarities, a map of embeddings.",
  flags: [
    {
      name: "run",
      value: "ID,...",
      help: `Runs; default the first of each dataset, setting and value, at most ${RUN_COUNT}.`,
    },
    ...ROOT_FLAGS.filter(({ name }) => name !== "profile"),
    ...BACKEND_FLAGS,
  ],
  examples: ["deno task views", "deno task report"],
}, async (flags) => {
  const roots = readRoots(flags);
  const rows = await readResults(roots.resultsRoot);
  const named = readRunIds(flags, "look into runs");
  const chosen = named ?? chooseRuns(rows);
  if (chosen.length === 0) {
    throw new InputError(
      `${roots.resultsRoot}: Cannot look into runs as there must be one: there is none; run \`deno task reproduce-all\``,
    );
  }
  await openChosenBackend(flags);
  const progress = openProgress("views");
  const withoutWeights: string[] = [];
  for (const [i, runId] of chosen.entries()) {
    progress.update(i, chosen.length, runId);
    if (!await viewRun(runId, roots)) withoutWeights.push(runId);
  }
  progress.update(chosen.length, chosen.length);
  progress.stop();
  const runCount = new Set(rows.map(({ run_id }) => run_id)).size;
  console.log(
    `${chosen.length} of ${runCount} runs have a view now, ${withoutWeights.length} of them without a network as ` +
      "their weights are not here; `deno task report` shows them",
  );
});

/** The first run of each dataset, setting and value, in the order of tables; those of the full setting come first. */
function chooseRuns(rows: readonly ResultRow[]): string[] {
  const groups = Map.groupBy(
    rows.toSorted(compareResults),
    (row) => [row.profile, row.dataset, row.setting, row.rate, row.gamma].join("/"),
  );
  const firsts = [...groups.values()].map(([row]) => row!);
  const isSwept = (row: ResultRow) => Number(row.setting !== "full");
  return firsts.toSorted((a, b) => isSwept(a) - isSwept(b)).slice(0, RUN_COUNT)
    .map(({ run_id }) => run_id);
}
