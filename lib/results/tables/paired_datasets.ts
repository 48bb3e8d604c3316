/** Datasets that papers print side by side in one table. */

import { compareNames, type ResultRow } from "../rows/row.ts";
import { DATASET_NAMES } from "../../dataset/datasets.ts";

const PAIRS = [["cub200", "cars196"], ["sop", "in_shop"]] as const;

/** Rows that stand side by side. */
export interface PairedRows {
  /** For file names: `cub200-cars196`, whichever of them have rows. */
  readonly name: string;
  /** Rows by dataset, in the order of tables. */
  readonly byDataset: readonly (readonly [string, readonly ResultRow[]])[];
}

/** Splits rows into those of CUB and Cars, those of SOP and In-Shop, and those of every other dataset by itself. */
export function pairDatasets(rows: readonly ResultRow[]): PairedRows[] {
  const nameOf = ({ dataset }: ResultRow) =>
    PAIRS.find((pair) => pair.some((name) => name === dataset))?.join("-") ?? dataset;
  return [...Map.groupBy(rows, nameOf)].map(([name, members]) => ({
    name,
    byDataset: [...Map.groupBy(members, ({ dataset }) => dataset)]
      .toSorted(([a], [b]) => compareNames(DATASET_NAMES, a, b)),
  }));
}
