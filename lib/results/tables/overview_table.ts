/** Recall@1 of the full setting on every dataset: the table to read first. */

import { DATASET_NAMES } from "../../dataset/datasets.ts";
import { describeNetwork, describeRuns, STATISTICS_NOTE } from "./captions.ts";
import { displayBackbone, displayDataset, isMiniature } from "./display_names.ts";
import type { FrozenRow } from "../rows/frozen_row.ts";
import { compareNames, type ResultRow } from "../rows/row.ts";
import { formatStart, mainSelection, splitIntoSeries } from "./scope.ts";
import { markBest, type Table, type TableCell, type TableRow } from "./table.ts";
import { describeSelection, frozenRows, labelUntrained, metricCell } from "./table_parts.ts";

/**
 * Builds one overview for each profile, protocol and network: losses as rows, datasets as columns.
 *
 * @param rows Rows of the full setting, in the order of tables.
 * @param frozen What the networks find without training.
 */
export function buildOverviewTables(
  rows: readonly ResultRow[],
  frozen: readonly FrozenRow[] = [],
): Table[] {
  const groups = Map.groupBy(
    rows,
    (row) => `${row.profile}-overview-full-${row.protocol}-${formatStart(row)}`,
  );
  return [...groups].map(([stem, members]) => buildOverview(stem, members, frozen));
}

function buildOverview(
  stem: string,
  rows: readonly ResultRow[],
  frozen: readonly FrozenRow[],
): Table {
  const { profile, protocol, backbone } = rows[0]!;
  const byDataset = [...Map.groupBy(rows, ({ dataset }) => dataset)]
    .toSorted(([a], [b]) => compareNames(DATASET_NAMES, a, b));
  const columns = byDataset.map(([, members]) =>
    columnCells(members, mainSelection(protocol), frozen)
  );
  const labelsOf = (part: ColumnPart) => [
    ...new Set(columns.flatMap((column) => [...column[part].keys()])),
  ];
  const toRow = (part: ColumnPart) => (label: string): TableRow => ({
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
      {
        title: null,
        rows: (["frozen", "untrained"] as const).flatMap((part) => labelsOf(part).map(toRow(part))),
      },
      markBest({ title, rows: labelsOf("losses").map(toRow("losses")) }),
    ],
  };
}

type ColumnPart = "frozen" | "untrained" | "losses";
type ColumnCells = Readonly<Record<ColumnPart, ReadonlyMap<string, TableCell | null>>>;

function columnCells(
  rows: readonly ResultRow[],
  selection: string,
  frozen: readonly FrozenRow[],
): ColumnCells {
  const series = splitIntoSeries(rows);
  const cellOf = (rows: readonly ResultRow[]) => metricCell(rows, "recall_at_1");
  return {
    frozen: new Map(
      frozenRows(frozen, rows[0]!, ["recall_at_1"]).map(({ label, cells }) => [label, cells[0]!]),
    ),
    untrained: new Map(labelUntrained(series).map(({ label, rows }) => [label, cellOf(rows)])),
    losses: new Map(series.map(({ label, rows }) => [
      label,
      cellOf(rows.filter((row) => row.selection === selection)),
    ])),
  };
}
