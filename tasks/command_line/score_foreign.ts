/** Evaluates a network that another program saved, and prints what it is and finds. */

import { UsageError } from "../../lib/errors.ts";
import {
  evaluateForeign,
  type EvaluateForeignOptions,
} from "../../lib/experiment/evaluate_foreign.ts";
import { isStoredWeights } from "../../lib/experiment/weights_file.ts";
import type { Flags } from "./flags.ts";
import { openChosenBackend } from "./open_chosen_backend.ts";
import { printLine } from "./print_line.ts";
import { printMetrics, printNothingToFind } from "./print_metrics.ts";

/**
 * Evaluates a checkpoint made elsewhere, as `readForeignChoice` reads it.
 *
 * @throws {UsageError} If it is weights of a run, which say their own dataset.
 */
export async function scoreForeign(
  flags: Flags,
  choice: Omit<EvaluateForeignOptions, "backend">,
): Promise<void> {
  if (await isStoredWeights(choice.path)) {
    throw new UsageError(
      `${choice.path}: Cannot evaluate as --dataset must be left out for weights of a run, which name their own: it is given`,
    );
  }
  const backend = await openChosenBackend(flags);
  const { row, nothingToFind, description } = await evaluateForeign({ ...choice, backend });
  printLine(`${choice.path}: ${description}`);
  printLine(`${choice.dataset}, protocol ${row.protocol}, ${row.query_count} queries`);
  printMetrics(row);
  printNothingToFind(nothingToFind, row.protocol);
}
