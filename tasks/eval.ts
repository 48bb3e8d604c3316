/** `deno task eval`: metrics of a stored model. */

import { PROTOCOLS } from "../lib/dataset/protocol.ts";
import { UsageError } from "../lib/errors.ts";
import { evaluateWeights } from "../lib/experiment/evaluate_weights.ts";
import { runFolder } from "../lib/experiment/run_folder.ts";
import { regenerateTables } from "../lib/results/build_tables.ts";
import { METRIC_COLUMNS } from "../lib/results/row.ts";
import { SELECTIONS } from "../lib/train/selection.ts";
import { openChosenBackend } from "./command_line/carry_out_runs.ts";
import type { Flags } from "./command_line/flags.ts";
import { runTask } from "./command_line/run_task.ts";
import { BACKEND_FLAGS, readRoots, ROOT_FLAGS } from "./command_line/shared_flags.ts";

await runTask({
  task: "eval",
  summary: "Evaluates stored weights on the test set of their run; results/eval.csv holds the row.",
  flags: [
    { name: "run", value: "ID", help: "Run whose weights to evaluate, as in results/full.csv." },
    {
      name: "selection",
      value: "NAME",
      help: "Epoch of the run: final, held_out or best_on_test; default final.",
    },
    { name: "checkpoint", value: "FILE", help: "File of weights, instead of --run." },
    {
      name: "protocol",
      value: "NAME",
      help: `Rules of evaluation: ${PROTOCOLS.join(", ")}; default the run's.`,
    },
    ...ROOT_FLAGS.filter(({ name }) => name !== "profile"),
    ...BACKEND_FLAGS,
  ],
  examples: [
    "deno task eval --run mini-cub200-full-proxy_an-resnet_mini-published-s2024-1f0c9a3b",
    "deno task eval --checkpoint results/runs/ID/final.safetensors --protocol corrected",
  ],
}, async (flags) => {
  const { dataRoot, resultsRoot } = readRoots(flags);
  const path = weightsPath(flags, resultsRoot);
  const protocol = flags.choice("protocol", PROTOCOLS);
  const backend = await openChosenBackend(flags);
  const row = await evaluateWeights({ path, protocol, dataRoot, resultsRoot, backend });
  console.log(`${row.run_id}, ${row.selection}, epoch ${row.epoch}, protocol ${row.protocol}`);
  for (const { name } of METRIC_COLUMNS) {
    const value = row[name];
    if (value !== null) console.log(`${name.padEnd(16)} ${value.toFixed(2)} %`);
  }
  await regenerateTables(resultsRoot);
});

function weightsPath(flags: Flags, resultsRoot: string): string {
  const [run, checkpoint] = [flags.text("run"), flags.text("checkpoint")];
  if ((run === undefined) === (checkpoint === undefined)) {
    throw new UsageError(
      `Cannot evaluate as exactly one of --run and --checkpoint must be given: ${
        run === undefined ? "none is" : "both are"
      }`,
    );
  }
  const selection = flags.choice("selection", SELECTIONS.filter((name) => name !== "untrained"));
  return checkpoint ?? runFolder(resultsRoot, run!).weights(selection ?? "final");
}
