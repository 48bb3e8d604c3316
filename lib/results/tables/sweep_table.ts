/** Metrics over rates or gammas: losses as rows, the values of the setting as columns, datasets side by side. */

import { findMetric, type MetricName } from "../../eval/metric_definitions.ts";
import type { ResultRow } from "../rows/row.ts";
import { describeNetwork, describeRuns, STATISTICS_NOTE } from "./captions.ts";
import { displayDataset, isMiniature } from "./display_names.ts";
import { describeSetting } from "./metric_table.ts";
import { pairDatasets, type PairedRows } from "./paired_datasets.ts";
import { formatStart, reportedSelections, splitAlike } from "./scope.ts";
import { markBest, type Table, type TableRow, type TableSection } from "./table.ts";
import { describeSelection, labelUntrained, metricCell } from "./table_parts.ts";

/** What is shown over the values: a block each. */
const SWEPT_METRICS: readonly MetricName[] = ["recall_at_1", "map_at_r", "r_precision"];

/** The value of a row's setting: rate or gamma; `null` for the full setting. */
export function sweptValue(row: Pick<ResultRow, "rate" | "gamma">): number | null {
  return row.rate ?? row.gamma;
}

/**
 * The rows of the full setting as those of rate 1, which is the same computation: of the series that have other rates.
 *
 * @param sweptRows Rows of the partial setting, among others.
 */
export function asRateOne(
  fullRows: readonly ResultRow[],
  sweptRows: readonly ResultRow[],
): ResultRow[] {
  const keyOf = (row: ResultRow) => [row.profile, row.group_hash, row.data_hash].join("/");
  const swept = new Set(sweptRows.filter(({ rate }) => rate !== null).map(keyOf));
  return fullRows.filter((row) => swept.has(keyOf(row)))
    .map((row) => ({ ...row, setting: "partial", rate: 1 }));
}

/**
 * Builds one table for each profile, setting, protocol, network with its first weights, and pair of datasets.
 *
 * @param rows Rows of the partial and imbalance settings, in the order of tables.
 */
export function buildSweepTables(rows: readonly ResultRow[]): Table[] {
  const groups = Map.groupBy(
    rows,
    (row) => `${row.profile}/${row.setting}/${row.protocol}/${formatStart(row)}`,
  );
  return [...groups.values()].flatMap((members) => pairDatasets(members).map(buildSweepTable));
}

/** A column: one value on one dataset. */
interface Place {
  readonly dataset: string;
  readonly value: number;
}

function buildSweepTable({ name, byDataset }: PairedRows): Table {
  const all = byDataset.flatMap(([, rows]) => rows);
  const { profile, setting, protocol } = all[0]!;
  const places = byDataset.flatMap(([dataset, rows]) => listValues(rows, dataset));
  const titles = byDataset.map(([dataset]) => displayDataset(dataset, profile)).join(" and ");
  const areDrawn = byDataset.every(([dataset]) => isMiniature(dataset, profile));
  const symbol = setting === "partial" ? "rate" : "γ =";
  return {
    stem: `${profile}-sweep-${name}-${setting}-${protocol}-${formatStart(all[0]!)}`,
    title: `${titles}, ${describeSetting(setting)}, protocol ${protocol}`,
    caption: `${titles}${areDrawn ? " (drawn images, not the published datasets)" : ""}, ${
      describeSetting(setting)
    }, protocol ${protocol}, network ${describeNetwork(all)}; ${
      describeRuns(all)
    }. ${STATISTICS_NOTE}`,
    columns: places.map(({ dataset, value }) => ({
      header: `${symbol} ${value}`,
      group: displayDataset(dataset, profile),
    })),
    sections: SWEPT_METRICS.flatMap((metric) => buildBlocks(all, places, metric)),
  };
}

function listValues(rows: readonly ResultRow[], dataset: string): Place[] {
  const values = rows.map(sweptValue).filter((value) => value !== null);
  return [...new Set(values)].toSorted((a, b) => a - b).map((value) => ({ dataset, value }));
}

function buildBlocks(
  rows: readonly ResultRow[],
  places: readonly Place[],
  metric: MetricName,
): TableSection[] {
  const { protocol } = rows[0]!;
  const { title: metricTitle } = findMetric(metric);
  const byDataset = [...Map.groupBy(rows, ({ dataset }) => dataset).values()];
  const toRows = (select: (row: ResultRow, place: Place) => boolean): TableRow[] => {
    const series = byDataset.flatMap((members) => splitAlike(members, rows));
    return [...Map.groupBy(series, ({ label }) => label)].map(([label, members]) => ({
      label,
      source: null,
      cells: places.map((place) => {
        const own = members.flatMap(({ rows }) => rows).filter((row) =>
          row.dataset === place.dataset
        );
        return metricCell(own.filter((row) => select(row, place)), metric);
      }),
    })).filter(({ cells }) => cells.some((cell) => cell !== null));
  };
  const untrained = untrainedRows(byDataset, places, metric);
  const start = untrained.length > 0
    ? [{ title: `${metricTitle}: untrained network`, rows: untrained }]
    : [];
  const blocks = reportedSelections(protocol).map((selection) => {
    const title = `${metricTitle}: ${describeSelection(selection, protocol)}`;
    const rows = toRows((row, { value }) =>
      row.selection === selection && sweptValue(row) === value
    );
    return markBest({ title, rows });
  });
  return [...start, ...blocks.filter(({ rows }) => rows.length > 0)];
}

/** Untrained, every value is the same network: one number a dataset, in all its columns. */
function untrainedRows(
  byDataset: readonly (readonly ResultRow[])[],
  places: readonly Place[],
  metric: MetricName,
): TableRow[] {
  const labelled = byDataset.flatMap((rows) => labelUntrained(splitAlike(rows, byDataset.flat())));
  return [...Map.groupBy(labelled, ({ label }) => label)].map(([label, members]) => ({
    label,
    source: null,
    cells: places.map(({ dataset }) => {
      const rows = members.flatMap(({ rows }) => rows).filter((row) => row.dataset === dataset);
      return metricCell(rows, metric);
    }),
  }));
}
