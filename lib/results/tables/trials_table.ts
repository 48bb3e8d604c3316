/** What was tried on held-out training classes: every trial of every sweep with its score. */

import type { TrialRow } from "../rows/trial_row.ts";
import { displayBackbone, displayDataset, displayLoss } from "./display_names.ts";
import type { TextTable } from "./text_table.ts";

/** Builds the table: the trials of one sweep together, the best first. */
export function buildTrialsTable(trials: readonly TrialRow[]): TextTable {
  const groups = Map.groupBy(
    trials,
    ({ profile, dataset, backbone, loss, seed, fold_count }) =>
      [profile, dataset, backbone, loss, seed, fold_count].join("/"),
  );
  const sorted = [...groups.values()].flatMap((members) =>
    members.toSorted((a, b) => b.held_out_recall_at_1 - a.held_out_recall_at_1 || a.trial - b.trial)
  );
  return {
    stem: "trials",
    title: "What was tried on held-out training classes",
    caption:
      "Every trial of `deno task sweep`: mean Recall@1 over class-disjoint folds of the training classes, each held out once, and " +
      "Recall@1 of each fold, in percent. Trial 0 is the settings as they are; the others were drawn. No test image is read. " +
      "All settings of a trial are in sweep.csv.",
    columns: [
      { header: "Dataset" },
      { header: "Network" },
      { header: "Loss" },
      { header: "Trial", decimals: 0 },
      { header: "Drawn" },
      { header: "Held-out R@1", decimals: 1 },
      { header: "Folds" },
    ],
    rows: sorted.map((row) => [
      displayDataset(row.dataset, row.profile),
      displayBackbone(row.backbone),
      displayLoss(row.loss),
      row.trial,
      row.drawn,
      row.held_out_recall_at_1,
      row.fold_recalls,
    ]),
  };
}
