/** What captions say of the rows that a table is made of. */

import { LOSS_PARAMETERS } from "../../loss/losses.ts";
import type { ResultRow } from "../rows/row.ts";
import { FEWEST_RUNS } from "../statistics/summary.ts";
import { displayBackbone, displayDataset, isMiniature } from "./display_names.ts";
import type { ScopedRows } from "./scope.ts";

/** The last sentences of captions: the rule of intervals and of bold. */
export const STATISTICS_NOTE =
  "Percent on unseen classes; mean ± standard deviation over n seeds, and the 95% t-interval of the mean in brackets. " +
  "Bold: the best of a block, and all that it does not lead by more than the 95% interval of their difference over common " +
  `seeds; below ${FEWEST_RUNS} seeds there is neither interval nor bold.`;

/** Where the numbers come from and what the runs agree in. */
export function describeScope({ scope, rows }: ScopedRows): string {
  const { profile, dataset, protocol } = scope;
  const data = displayDataset(dataset, profile);
  const note = isMiniature(dataset, profile) ? " (drawn images, not the published dataset)" : "";
  return `${data}${note}, protocol ${protocol}, network ${describeNetwork(rows)}; ${
    describeRuns(rows)
  }`;
}

/** The network of rows that share it, with its embedding size where they share that, too: `ResNet-50, D = 512`. */
export function describeNetwork(rows: readonly ResultRow[]): string {
  const sizes = new Set(rows.map(({ embedding_size }) => embedding_size));
  const size = sizes.size === 1 ? `, D = ${[...sizes][0]}` : "";
  return `${displayBackbone(rows[0]!.backbone)}${size}`;
}

/** Hyperparameters, weights, epochs, held-out classes and seeds of runs; what rows do not say is left out. */
export function describeRuns(
  rows: readonly ResultRow[],
  weightsAre: "one" | "in each block" = "one",
): string {
  const parameters = LOSS_PARAMETERS.flatMap(({ name, symbol }) => {
    const values = listValues(rows, (row) => row[name]);
    return values.length > 0 ? [`${symbol} = ${values.join(", ")}`] : [];
  });
  const epochs = listValues(rows, ({ epoch_count }) => epoch_count);
  const shares = listValues(rows, ({ held_out_share }) => held_out_share);
  const held = shares.map((share) => share === 0 ? "none" : `${share * 100}%`);
  return [
    ...parameters,
    weightsAre === "one" ? describeWeights(rows[0]!) : "first weights as each block says",
    ...(epochs.length > 0 ? [`${epochs.join(", ")} epochs`] : []),
    ...(held.length > 0 ? [`held-out training classes: ${held.join(", ")}`] : []),
    `seeds ${listValues(rows, ({ seed }) => seed).join(", ")}`,
  ].join("; ");
}

/** The weights that a row's network began with. */
export function describeWeights({ weights_name, weights_hash }: ResultRow): string {
  if (weights_hash === null) return "first weights not recorded";
  if (weights_hash === "random") return "random first weights";
  return `first weights ${weights_name ?? "of a file"} (SHA-256 ${weights_hash.slice(0, 8)}…)`;
}

function listValues(
  rows: readonly ResultRow[],
  valueOf: (row: ResultRow) => number | null,
): number[] {
  const values = rows.map(valueOf).filter((value) => value !== null);
  return [...new Set(values)].toSorted((a, b) => a - b);
}
