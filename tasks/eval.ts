/** `deno task eval`: metrics of a stored model, of pretrained weights, or of embeddings made by anything. */

import { PROTOCOLS } from "../lib/dataset/protocol.ts";
import { evaluateWeights } from "../lib/experiment/evaluate_weights.ts";
import { scoreEmbeddings } from "../lib/experiment/score_embeddings.ts";
import { regenerateTables } from "../lib/results/tables/build_tables.ts";
import { openChosenBackend } from "./command_line/open_chosen_backend.ts";
import { openClassFolders } from "./command_line/open_class_folders.ts";
import { CHECKPOINT_FLAGS, readCheckpointPath } from "./command_line/checkpoint_flags.ts";
import { EMBEDDINGS_FLAGS, readEmbeddingsChoice } from "./command_line/embeddings_flags.ts";
import type { Flags } from "./command_line/flags.ts";
import { FOLDER_FLAGS, readFolders } from "./command_line/folder_flags.ts";
import { FROZEN_FLAGS, readForeignChoice, readFrozenChoice } from "./command_line/frozen_flags.ts";
import { printMetrics, printNothingToFind, printOddRows } from "./command_line/print_metrics.ts";
import { runTask } from "./command_line/run_task.ts";
import { scoreForeign } from "./command_line/score_foreign.ts";
import { scoreFrozen } from "./command_line/score_frozen.ts";
import {
  BACKEND_FLAGS,
  readRoots,
  resultsToWrite,
  ROOT_FLAGS,
  rootsToWrite,
} from "./command_line/shared_flags.ts";

await runTask({
  task: "eval",
  folders: (flags) =>
    flags.text("train") === undefined ? resultsToWrite(flags) : rootsToWrite(flags),
  summary:
    "Evaluates stored weights on the test set of their run (row in results/eval.csv), scores the features of " +
    "pretrained weights (row in results/frozen.csv), or scores embeddings (row in results/external.csv).",
  flags: [
    ...CHECKPOINT_FLAGS,
    ...FROZEN_FLAGS,
    ...EMBEDDINGS_FLAGS,
    {
      name: "protocol",
      value: "NAME",
      help: `Rules of evaluation: ${PROTOCOLS.join(", ")}; default the run's, or published.`,
    },
    ...FOLDER_FLAGS,
    ...ROOT_FLAGS,
    ...BACKEND_FLAGS,
  ],
  examples: [
    "deno task eval --run mini-cub200-full-proxy_an-resnet_mini-published-s2024-1f0c9a3b",
    "deno task eval --checkpoint results/runs/ID/final.safetensors --protocol corrected",
    "deno task eval --checkpoint best_R1.pth --dataset cub200 --profile paper",
    "deno task eval --frozen deit_s --dataset cub200 --profile paper",
    "deno task eval --embeddings test.npy --labels labels.npy --ks 1,2,4,8",
    "deno task eval --embeddings test.npy --labels labels.npy --shard 1/4",
    "deno task eval --embeddings gallery.npz --query-embeddings queries.npz --ks 1,10,20",
  ],
}, async (flags) => {
  const { resultsRoot } = readRoots(flags);
  const frozen = await readFrozenChoice(flags);
  if (frozen) return await scoreFrozen(flags, frozen);
  const choice = readEmbeddingsChoice(flags);
  const foreign = readForeignChoice(flags);
  if (foreign) return await scoreForeign(flags, foreign);
  if (!choice) return await evaluateRun(flags);
  const backend = await openChosenBackend(flags);
  const { row, nothingToFind, oddRows } = await scoreEmbeddings({
    ...choice,
    resultsRoot,
    backend,
  });
  if (row === null) {
    return console.log(
      `Part ${choice.shard!.index} of ${choice.shard!.count} is stored; others are missing`,
    );
  }
  const queries = row.queries ? `${row.queries} in ` : "";
  console.log(`${queries}${row.embeddings}, protocol ${row.protocol}, ${row.query_count} queries`);
  printMetrics(row);
  printNothingToFind(nothingToFind, row.protocol);
  printOddRows(oddRows, row.protocol);
});

async function evaluateRun(flags: Flags): Promise<void> {
  const { dataRoot, resultsRoot } = readRoots(flags);
  const path = readCheckpointPath(flags, resultsRoot, "evaluate");
  const protocol = flags.choice("protocol", PROTOCOLS);
  const folders = readFolders(flags);
  if (folders) await openClassFolders("class folders", folders, dataRoot);
  const backend = await openChosenBackend(flags);
  const { row, nothingToFind } = await evaluateWeights(
    { path, protocol, dataRoot, folders, resultsRoot, backend },
  );
  console.log(`${row.run_id}, ${row.selection}, epoch ${row.epoch}, protocol ${row.protocol}`);
  printMetrics(row);
  printNothingToFind(nothingToFind, row.protocol);
  await regenerateTables(resultsRoot);
}
