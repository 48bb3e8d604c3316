/** Scores the features of pretrained weights and prints what they are and find. */

import {
  evaluateFrozen,
  type EvaluateFrozenOptions,
} from "../../lib/experiment/evaluate_frozen.ts";
import {
  FROZEN_TOLERANCE,
  type FrozenClaims,
  listFrozenClaims,
} from "../../lib/results/claims/frozen_claims.ts";
import { formatSource, PUBLISHED_RESULTS } from "../../lib/results/claims/published_results.ts";
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
  printClaims(listFrozenClaims(row, PUBLISHED_RESULTS));
}

function printClaims({ claims, reason }: FrozenClaims): void {
  if (reason !== "") return console.log(`Not compared with published scores: ${reason}`);
  for (const { published, metric, publishedPercent, difference, isReproduced } of claims) {
    const verdict = isReproduced ? "reproduced" : "not reproduced";
    console.log(
      `${metric.padEnd(16)} published ${publishedPercent.toFixed(1)}, ours ${
        difference < 0 ? "" : "+"
      }${difference.toFixed(2)}: ${verdict} (within ${FROZEN_TOLERANCE}); ${
        formatSource(published)
      }`,
    );
  }
}
