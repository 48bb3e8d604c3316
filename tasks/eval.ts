/** `deno task eval`: metrics of a stored model, or of embeddings made by anything. */

import { PROTOCOLS } from "../lib/dataset/protocol.ts";
import { type MetricName, METRICS } from "../lib/eval/metric_definitions.ts";
import { evaluateWeights } from "../lib/experiment/evaluate_weights.ts";
import { scoreEmbeddings } from "../lib/experiment/score_embeddings.ts";
import { regenerateTables } from "../lib/results/tables/build_tables.ts";
import { openChosenBackend } from "./command_line/open_chosen_backend.ts";
import { CHECKPOINT_FLAGS, readCheckpointPath } from "./command_line/checkpoint_flags.ts";
import { EMBEDDINGS_FLAGS, readEmbeddingsChoice } from "./command_line/embeddings_flags.ts";
import type { Flags } from "./command_line/flags.ts";
import { FOLDER_FLAGS, readFolders } from "./command_line/folder_flags.ts";
import { runTask } from "./command_line/run_task.ts";
import {
  BACKEND_FLAGS,
  readRoots,
  resultsToWrite,
  ROOT_FLAGS,
} from "./command_line/shared_flags.ts";

await runTask({
  task: "eval",
  folders: resultsToWrite,
  summary:
    "Evaluates stored weights on the test set of their run (row in results/eval.csv), or scores embeddings " +
    "(row in results/external.csv).",
  flags: [
    ...CHECKPOINT_FLAGS,
    ...EMBEDDINGS_FLAGS,
    {
      name: "protocol",
      value: "NAME",
      help: `Rules of evaluation: ${PROTOCOLS.join(", ")}; default the run's, or published.`,
    },
    ...FOLDER_FLAGS.filter(({ name }) => name !== "name"),
    ...ROOT_FLAGS.filter(({ name }) => name !== "profile"),
    ...BACKEND_FLAGS,
  ],
  examples: [
    "deno task eval --run mini-cub200-full-proxy_an-resnet_mini-published-s2024-1f0c9a3b",
    "deno task eval --checkpoint results/runs/ID/final.safetensors --protocol corrected",
    "deno task eval --embeddings test.npy --labels labels.npy --ks 1,2,4,8",
    "deno task eval --embeddings gallery.npz --query-embeddings queries.npz --ks 1,10,20",
  ],
}, async (flags) => {
  const { resultsRoot } = readRoots(flags);
  const choice = readEmbeddingsChoice(flags);
  if (!choice) return await evaluateRun(flags);
  const row = await scoreEmbeddings({
    ...choice,
    resultsRoot,
    backend: await openChosenBackend(flags),
  });
  const queries = row.queries ? `${row.queries} in ` : "";
  console.log(`${queries}${row.embeddings}, protocol ${row.protocol}, ${row.query_count} queries`);
  printMetrics(row);
});

async function evaluateRun(flags: Flags): Promise<void> {
  const { dataRoot, resultsRoot } = readRoots(flags);
  const path = readCheckpointPath(flags, resultsRoot, "evaluate");
  const protocol = flags.choice("protocol", PROTOCOLS);
  const folders = readFolders(flags);
  const backend = await openChosenBackend(flags);
  const row = await evaluateWeights({ path, protocol, dataRoot, folders, resultsRoot, backend });
  console.log(`${row.run_id}, ${row.selection}, epoch ${row.epoch}, protocol ${row.protocol}`);
  printMetrics(row);
  await regenerateTables(resultsRoot);
}

function printMetrics(row: Readonly<Record<MetricName, number | null>>): void {
  for (const { column } of METRICS) {
    const value = row[column];
    if (value !== null) console.log(`${column.padEnd(16)} ${value.toFixed(2)} %`);
  }
}
