/** Which epoch of a run is reported: the one place where the protocols differ after training. */

import type { Protocol } from "../dataset/protocol.ts";
import type { TrainConfig } from "./config.ts";

/** How a reported epoch was chosen, in the order of tables. */
export const SELECTIONS = ["untrained", "final", "held_out", "best_on_test"] as const;
/** How a reported epoch was chosen. */
export type Selection = typeof SELECTIONS[number];

/** The selections that a run reports, in the order of tables; see {@linkcode selectEpochs}. */
export function listSelections(
  { protocol, heldOutShare }: Pick<TrainConfig, "protocol" | "heldOutShare">,
): Selection[] {
  const holdsOut = protocol === "corrected" && heldOutShare > 0;
  return SELECTIONS.filter((name) => name !== "held_out" || holdsOut);
}

/** What choosing an epoch needs of its evaluation. */
export interface EpochScores {
  /** Epochs trained so far; 0 is the untrained network. */
  readonly epoch: number;
  /** Percent, on the test set. */
  readonly testRecallAt1: number;
  /** Percent, on held-out training classes; `null` where none are held out. */
  readonly heldOutRecallAt1: number | null;
}

/** An epoch and why it is reported. */
export interface SelectedEpoch {
  /** Why it is reported. */
  readonly selection: Selection;
  /** Epochs trained. */
  readonly epoch: number;
}

/**
 * The epochs that a run reports. Among equal scores the earliest wins, as in the authors' strict comparison.
 *
 * - `published`: the untrained network, the last epoch, the epoch that is best on the test set.
 * - `corrected`: these, and the epoch chosen on held-out training classes, where any are held out: without, there is nothing
 *   to choose by.
 *
 * @param history Every evaluated epoch, the untrained network (epoch 0) first.
 * @throws {RangeError} If nothing but the untrained network was evaluated.
 */
export function selectEpochs(
  history: readonly EpochScores[],
  protocol: Protocol,
): SelectedEpoch[] {
  const [untrained, ...trained] = history;
  const last = trained.at(-1);
  if (untrained === undefined || last === undefined) {
    throw new RangeError(
      `Cannot select epochs as at least one must be trained: it is a history of ${history.length}`,
    );
  }
  const selected: SelectedEpoch[] = [
    { selection: "untrained", epoch: untrained.epoch },
    { selection: "final", epoch: last.epoch },
  ];
  if (protocol === "corrected" && trained.some((scores) => scores.heldOutRecallAt1 !== null)) {
    const chosen = earliestBest(trained, (scores) => scores.heldOutRecallAt1 ?? -1);
    selected.push({ selection: "held_out", epoch: chosen.epoch });
  }
  const best = earliestBest(trained, (scores) => scores.testRecallAt1);
  selected.push({ selection: "best_on_test", epoch: best.epoch });
  return selected;
}

/** The first entry with the largest score. */
export function earliestBest<T>(entries: readonly T[], score: (entry: T) => number): T {
  return entries.reduce((best, entry) => score(entry) > score(best) ? entry : best);
}
