/** Every two losses of a scope against each other: over seeds, and query by query. */

import { findMetric, type MetricName } from "../../eval/metric_definitions.ts";
import { RandomStream } from "../../random_stream.ts";
import type { QueryResult } from "../rows/query_results.ts";
import type { ResultRow } from "../rows/row.ts";
import { bootstrapByClass, FEWEST_CLASSES } from "../statistics/class_bootstrap.ts";
import { listCommonSeeds, testPaired } from "../statistics/paired_test.ts";
import { FEWEST_RUNS } from "../statistics/summary.ts";
import {
  displayBackbone,
  displayDataset,
  displaySelection,
  displaySetting,
} from "./display_names.ts";
import {
  mainSelection,
  type ScopedRows,
  type Series,
  splitIntoScopes,
  splitIntoSeries,
} from "./scope.ts";
import type { TextTable } from "./text_table.ts";

/** Results of the queries of reported epochs, by {@linkcode queriesKey}. */
export type QueriesOfRuns = ReadonlyMap<string, readonly QueryResult[]>;

/** Names the results of one reported epoch. */
export function queriesKey({ run_id, selection }: Pick<ResultRow, "run_id" | "selection">): string {
  return `${run_id}/${selection}`;
}

const COMPARED: readonly MetricName[] = ["recall_at_1", "map_at_r"];
/** More than the queries of any dataset: keeps those of different seeds apart. */
const SEED_STRIDE = 2 ** 24;

/**
 * Builds the table of comparisons at the epoch that each protocol reports.
 *
 * @param rows In the order of tables.
 * @param queries Where runs have them; without them there is no bootstrap.
 */
export function buildComparisonTable(
  rows: readonly ResultRow[],
  queries: QueriesOfRuns = new Map(),
): TextTable {
  return {
    stem: "comparisons",
    title: "Losses against each other",
    caption:
      "First less second at the epoch that the protocol reports, points of percent. Over seeds: paired t-test of the common " +
      `seeds, with half of the 95% interval and the two-sided p; too few below ${FEWEST_RUNS} seeds. By class: 95% percentile ` +
      "interval of 2,000 seeded bootstrap draws of test classes with all their queries of all common seeds, where the runs' " +
      `results of queries are here; too few below ${FEWEST_CLASSES} classes. No correction for the number of comparisons.`,
    columns: [
      { header: "Dataset" },
      { header: "Setting" },
      { header: "Protocol" },
      { header: "Network" },
      { header: "Epoch" },
      { header: "First" },
      { header: "Second" },
      { header: "Metric" },
      { header: "Difference", decimals: 2 },
      { header: "Seeds", decimals: 0 },
      { header: "Margin", decimals: 2 },
      { header: "p", decimals: 4 },
      { header: "By class: low", decimals: 2 },
      { header: "By class: high", decimals: 2 },
      { header: "Classes", decimals: 0 },
    ],
    rows: splitIntoScopes(rows).flatMap((scoped) => compareScope(scoped, queries)),
  };
}

function compareScope({ scope, rows }: ScopedRows, queries: QueriesOfRuns) {
  const selection = mainSelection(scope.protocol);
  const selected = rows.filter((row) => row.selection === selection);
  return [...Map.groupBy(selected, displaySetting)].flatMap(([setting, members]) => {
    const series = splitIntoSeries(members);
    const place = [
      displayDataset(scope.dataset, scope.profile),
      setting,
      scope.protocol,
      displayBackbone(scope.backbone),
      displaySelection(selection),
    ];
    return series.flatMap((first, i) =>
      series.slice(i + 1).flatMap((second) =>
        COMPARED.flatMap((metric) => compareSeries(first, second, metric, queries))
          .map((cells) => [...place, ...cells])
      )
    );
  });
}

function compareSeries(
  first: Series,
  second: Series,
  metric: MetricName,
  queries: QueriesOfRuns,
): (string | number | null)[][] {
  const bySeed = ({ rows }: Series) =>
    new Map(rows.flatMap((row) => row[metric] === null ? [] : [[row.seed, row[metric]!]]));
  const [a, b] = [bySeed(first), bySeed(second)];
  const seeds = listCommonSeeds(a, b);
  if (seeds.length === 0) return [];
  const differences = seeds.map((seed) => a.get(seed)! - b.get(seed)!);
  const test = testPaired(a, b);
  const collect = (series: Series) => collectQueries(series, seeds, queries);
  const name = `bootstrap/${first.key}/${second.key}/${metric}`;
  const [firstQueries, secondQueries] = [collect(first), collect(second)];
  const bootstrap = firstQueries.length > 0 && secondQueries.length > 0
    ? bootstrapByClass(firstQueries, secondQueries, findMetric(metric), RandomStream.named(0, name))
    : null;
  return [[
    first.label,
    second.label,
    findMetric(metric).title,
    differences.reduce((sum, value) => sum + value, 0) / differences.length,
    seeds.length,
    test?.margin ?? "too few",
    test?.pValue ?? "too few",
    bootstrap?.low ?? null,
    bootstrap?.high ?? null,
    bootstrap?.classCount ?? null,
  ]];
}

/** The queries of all common seeds; a query of another seed is another query of the same class. */
function collectQueries(
  { rows }: Series,
  seeds: readonly number[],
  queries: QueriesOfRuns,
): QueryResult[] {
  return rows.flatMap((row) => {
    const place = seeds.indexOf(row.seed);
    const found = place === -1 ? undefined : queries.get(queriesKey(row));
    return found?.map((result) => ({ ...result, query: place * SEED_STRIDE + result.query })) ?? [];
  });
}
