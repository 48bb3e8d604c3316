/** Tables as papers print them: two datasets side by side with every metric, a block for each network. */

import type { MetricName } from "../../eval/metric_definitions.ts";
import type { FrozenRow } from "../rows/frozen_row.ts";
import type { ResultRow } from "../rows/row.ts";
import { describeNetwork, describeRuns, describeWeights, STATISTICS_NOTE } from "./captions.ts";
import { displayDataset, isMiniature } from "./display_names.ts";
import { pairDatasets, type PairedRows } from "./paired_datasets.ts";
import { formatStart, mainSelection, splitAlike } from "./scope.ts";
import { markBest, type Table, type TableCell, type TableRow, type TableSection } from "./table.ts";
import {
  describeSelection,
  frozenRows,
  labelUntrained,
  metricCell,
  metricColumns,
  presentMetrics,
  publishedSection,
} from "./table_parts.ts";

/**
 * Builds one table for each profile, protocol and pair of datasets, of random and of pretrained weights apart.
 *
 * @param rows Rows of the full setting, in the order of tables.
 * @param frozen What the networks find without training.
 */
export function buildPaperTables(
  rows: readonly ResultRow[],
  frozen: readonly FrozenRow[] = [],
): Table[] {
  const groups = Map.groupBy(rows, (row) => `${row.profile}-${row.protocol}-${kindOfWeights(row)}`);
  return [...groups.values()].flatMap((members) =>
    pairDatasets(members).map((pair) => buildPaperTable(pair, members[0]!, frozen))
  );
}

function kindOfWeights({ weights_hash }: ResultRow): string {
  if (weights_hash === null) return "unrecorded_weights";
  return weights_hash === "random" ? "random_weights" : "pretrained";
}

/** One dataset's part of the columns. */
interface Part {
  readonly dataset: string;
  readonly rows: readonly ResultRow[];
  readonly metrics: readonly MetricName[];
}

function buildPaperTable(
  { name, byDataset }: PairedRows,
  first: ResultRow,
  frozen: readonly FrozenRow[],
): Table {
  const { profile, protocol } = first;
  const parts = byDataset.map(([dataset, rows]) => ({
    dataset,
    rows,
    metrics: presentMetrics(rows),
  }));
  const titles = parts.map(({ dataset }) => displayDataset(dataset, profile));
  const selection = mainSelection(protocol);
  const starts = [...new Set(parts.flatMap(({ rows }) => rows.map(formatStart)))];
  const blocks = starts.flatMap((start) => {
    const own = parts.map((part) => ({
      ...part,
      rows: part.rows.filter((row) => formatStart(row) === start),
    }));
    return [buildBlock(own, selection, frozen), ...buildPublished(own)];
  });
  const areDrawn = parts.every(({ dataset }) => isMiniature(dataset, profile));
  const all = parts.flatMap(({ rows }) => rows);
  return {
    stem: `${profile}-paper-${name}-${protocol}-${kindOfWeights(first)}`,
    title: `${titles.join(" and ")}, protocol ${protocol}`,
    caption: `${titles.join(" and ")}${
      areDrawn ? " (drawn images, not the published datasets)" : ""
    }, all training images, protocol ${protocol}; ${describeRuns(all, "in each block")}. ${
      describeSelection(selection, protocol)
    }. R@K is Recall@K. ${STATISTICS_NOTE}`,
    columns: parts.flatMap(({ metrics }, i) =>
      metricColumns(metrics).map((column) => ({ ...column, group: titles[i]! }))
    ),
    sections: blocks,
  };
}

function buildBlock(
  parts: readonly Part[],
  selection: string,
  frozen: readonly FrozenRow[],
): TableSection {
  const present = parts.flatMap(({ rows }) => rows);
  const toCells = (members: readonly ResultRow[], { metrics }: Part) =>
    metrics.map((metric) => metricCell(members, metric));
  const untouched = mergeParts(
    parts,
    ({ rows, metrics }) => rows.length === 0 ? [] : frozenRows(frozen, rows[0]!, metrics),
  );
  const untrained = mergeParts(
    parts,
    (part) =>
      labelUntrained(splitAlike(part.rows, present)).map(({ label, rows }) => ({
        label,
        source: null,
        cells: toCells(rows, part),
      })),
  );
  const losses = mergeParts(
    parts,
    (part) =>
      splitAlike(part.rows, present).map(({ label, rows }) => ({
        label,
        source: null,
        cells: toCells(rows.filter((row) => row.selection === selection), part),
      })),
  );
  const title = `${describeNetwork(present)}, ${describeWeights(present[0]!)}`;
  return { title, rows: [...untouched, ...untrained, ...markBest({ title, rows: losses }).rows] };
}

/** What others published on the network of a block; beside miniatures it would only mislead. */
function buildPublished(parts: readonly Part[]): TableSection[] {
  const present = parts.flatMap(({ rows }) => rows);
  if (present[0]!.profile !== "paper") return [];
  const rows = mergeParts(
    parts,
    ({ rows, metrics, dataset }) =>
      publishedSection({ ...present[0]!, dataset }, metrics, rows.map(({ loss }) => loss))?.rows ??
        [],
  );
  return rows.length > 0 ? [{ title: "Published by others, on the same network", rows }] : [];
}

/** Puts rows of the same label and source side by side; cells of a dataset that has none are empty. */
function mergeParts(
  parts: readonly Part[],
  rowsOf: (part: Part) => readonly TableRow[],
): TableRow[] {
  const merged = new Map<string, { label: string; source: string | null; cells: Cells[] }>();
  for (const [i, part] of parts.entries()) {
    for (const { label, source, cells } of rowsOf(part)) {
      const key = JSON.stringify([label, source]);
      if (!merged.has(key)) {
        const empty = parts.map(({ metrics }): Cells => metrics.map(() => null));
        merged.set(key, { label, source, cells: empty });
      }
      merged.get(key)!.cells[i] = cells;
    }
  }
  return [...merged.values()].map((row) => ({ ...row, cells: row.cells.flat() }));
}

type Cells = readonly (TableCell | null)[];
