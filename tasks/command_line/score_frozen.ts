/** Scores the features of pretrained weights and prints what they are and find. */

import {
  evaluateFrozen,
  type EvaluateFrozenOptions,
} from "../../lib/experiment/evaluate_frozen.ts";
import { recognizeWeights } from "../../lib/model/weights/known_weights.ts";
import type { Flags } from "./flags.ts";
import { openChosenBackend } from "./open_chosen_backend.ts";
import { printMetrics } from "./print_metrics.ts";
import { sayTakenNetwork } from "./say_taken_network.ts";

/** Scores pretrained weights, as `readFrozenChoice` reads them. */
export async function scoreFrozen(
  flags: Flags,
  choice: Omit<EvaluateFrozenOptions, "backend">,
): Promise<void> {
  const { path, hash } = choice.weights;
  await sayTakenNetwork(path);
  const known = recognizeWeights(path, hash)?.description ?? "no published file";
  const row = await evaluateFrozen({ ...choice, backend: await openChosenBackend(flags) });
  console.log(`${row.backbone} without training, weights ${path}, SHA-256 ${hash}: ${known}`);
  console.log(
    `${row.dataset}, protocol ${row.protocol}, ${row.query_count} queries, ` +
      `crops of ${row.input_size} px from ${row.resize_size} px`,
  );
  printMetrics(row);
}
