/** Recall@1 of the full setting on every dataset: the table to read first. */

import { DATASET_NAMES } from "../../dataset/datasets.ts";
import { describeNetwork, describeRuns, STATISTICS_NOTE } from "./captions.ts";
import { displayBackbone, displayDataset, isMiniature } from "./display_names.ts";
import { compareNames, type ResultRow } from "../rows/row.ts";
import { formatStart, mainSelection, splitIntoSeries } from "./scope.ts";
import { markBest, type Table, type TableCell, type TableRow } from "./table.ts";
import { describeSelection, labelUntrained, metricCell } from "./table_parts.ts";

/**
 * Builds one overview for each profile, protocol and network: losses as rows, datasets as columns.
 *
 * @param rows Rows of the full setting, in the order of tables.
 */
export function buildOverviewTables(rows: readonly ResultRow[]): Table[] {
  const groups = Map.groupBy(
    rows,
    (row) => `${row.profile}-overview-full-${row.protocol}-${formatStart(row)}`,
  );
  return [...groups].map(([stem, members]) => buildOverview(stem, members));
}

function buildOverview(stem: string, rows: readonly ResultRow[]): Table {
  const { profile, protocol, backbone } = rows[0]!;
  const byDataset = [...Map.groupBy(rows, ({ dataset }) => dataset)]
    .toSorted(([a], [b]) => compareNames(DATASET_NAMES, a, b));
  const columns = byDataset.map(([, members]) => columnCells(members, mainSelection(protocol)));
  const labelsOf = (part: "untrained" | "losses") => [
    ...new Set(columns.flatMap((column) => [...column[part].keys()])),
  ];
  const toRow = (part: "untrained" | "losses") => (label: string): TableRow => ({
    label,
    source: null,
    cells: columns.map((column) => column[part].get(label) ?? null),
  });
  const title = describeSelection(mainSelection(protocol), protocol);
  const areMiniatures = rows.every(({ dataset }) => isMiniature(dataset, profile));
  const note = areMiniatures ? " on the miniatures (drawn images)" : "";
  return {
    stem,
    title: `Recall@1, all datasets, protocol ${protocol}, ${displayBackbone(backbone)}`,
    caption:
      `Recall@1${note}, protocol ${protocol}, network ${describeNetwork(rows)}; ${
        describeRuns(rows)
      }; ` +
      `all training images. ${STATISTICS_NOTE}`,
    columns: byDataset.map(([dataset]) => ({
      header: displayDataset(dataset, profile),
    })),
    sections: [
      { title: null, rows: labelsOf("untrained").map(toRow("untrained")) },
      markBest({ title, rows: labelsOf("losses").map(toRow("losses")) }),
    ],
  };
}

interface ColumnCells {
  readonly untrained: ReadonlyMap<string, TableCell | null>;
  readonly losses: ReadonlyMap<string, TableCell | null>;
}

function columnCells(rows: readonly ResultRow[], selection: string): ColumnCells {
  const series = splitIntoSeries(rows);
  const cellOf = (rows: readonly ResultRow[]) => metricCell(rows, "recall_at_1");
  return {
    untrained: new Map(labelUntrained(series).map(({ label, rows }) => [label, cellOf(rows)])),
    losses: new Map(series.map(({ label, rows }) => [
      label,
      cellOf(rows.filter((row) => row.selection === selection)),
    ])),
  };
}
