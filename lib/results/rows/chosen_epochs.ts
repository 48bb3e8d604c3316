/**
 * Protocol `corrected` chooses an epoch on held-out training classes; the model that the choice is for trains on all of them.
 * Its numbers are those of the run on all classes at the epoch that the run beside it chose.
 */

import type { EpochRow } from "./epoch_row.ts";
import { METRIC_COLUMNS, type ResultRow } from "./row.ts";

/** What is known of runs beside their rows, by run id. */
export interface RunFacts {
  /** Their epochs. */
  readonly epochs: ReadonlyMap<string, readonly EpochRow[]>;
  /** Equal for runs whose configurations differ by the held-out share alone. */
  readonly configKeys: ReadonlyMap<string, string>;
}

/**
 * Adds a row `held_out` to every run on all classes beside which a run with held-out classes is: same configuration and seed.
 * A row `held_out` of a run on all classes, which earlier versions stored, chose by nothing and is left out.
 *
 * @param rows Stored rows, of any runs.
 * @returns The others and the added ones.
 */
export function addChosenEpochs(rows: readonly ResultRow[], facts: RunFacts): ResultRow[] {
  const kept = rows.filter((row) => row.selection !== "held_out" || row.held_out_share !== 0);
  const choices = new Map<string, ResultRow>();
  for (const row of kept) {
    const key = facts.configKeys.get(row.run_id);
    if (row.selection === "held_out" && key !== undefined) choices.set(key, row);
  }
  const added = kept.flatMap((row) => {
    if (row.selection !== "final" || row.held_out_share !== 0) return [];
    const choice = choices.get(facts.configKeys.get(row.run_id) ?? "");
    const epochs = facts.epochs.get(row.run_id);
    if (row.protocol !== "corrected" || !choice || !epochs) return [];
    return takeEpoch(row, epochs, choice.epoch);
  });
  return [...kept, ...added];
}

/** The row of a run at another of its epochs; none where that was not evaluated. */
function takeEpoch(row: ResultRow, epochs: readonly EpochRow[], number: number): ResultRow[] {
  const epoch = epochs.find((candidate) => candidate.epoch === number);
  if (!epoch || epoch.recall_at_1 === null) return [];
  const metrics = Object.fromEntries(METRIC_COLUMNS.map(({ name }) => [name, epoch[name]]));
  return [{
    ...row,
    ...metrics,
    selection: "held_out",
    epoch: number,
    mean_loss: epoch.mean_loss,
    images_per_second: epoch.images_per_second,
    wall_seconds: epochs.filter((one) => one.epoch <= number)
      .reduce((sum, one) => sum + one.wall_seconds, 0),
  } as ResultRow];
}
