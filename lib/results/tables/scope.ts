/** What may stand in one table: rows of one profile, dataset, setting, protocol, network and first weights, as series over seeds. */

import { LOSS_PARAMETERS } from "../../loss/losses.ts";
import { displayLoss } from "./display_names.ts";
import type { MetricName } from "../../eval/metric_definitions.ts";
import { compareResults, type ResultRow } from "../rows/row.ts";
import { summarize, type Summary } from "../statistics/summary.ts";

/** What all rows of a table agree in. */
export type Scope = Pick<
  ResultRow,
  "profile" | "dataset" | "setting" | "protocol" | "backbone" | "weights_hash"
>;

/** The rows of a scope. */
export interface ScopedRows {
  /** What they agree in. */
  readonly scope: Scope;
  /** In the order of tables. */
  readonly rows: readonly ResultRow[];
}

/** Rows that differ by seed, rate, gamma and selection alone. */
export interface Series {
  /** Loss and, where the scope has it more than once, what tells the series apart. */
  readonly label: string;
  /** One of the losses. */
  readonly loss: string;
  /** Equal for the series of one configuration in all settings. */
  readonly key: string;
  /** In the order of tables. */
  readonly rows: readonly ResultRow[];
}

/** How epochs are chosen, in the order in which tables show them: first what the protocol reports. */
export function reportedSelections(protocol: string): readonly string[] {
  return protocol === "corrected"
    ? ["final", "held_out", "best_on_test"]
    : ["best_on_test", "final"];
}

/** The choice of epoch that pictures and overviews show: the paper's for `published`, the honest one for `corrected`. */
export function mainSelection(protocol: string): string {
  return protocol === "corrected" ? "held_out" : "best_on_test";
}

/** Name of a scope in file names: `mini-cub200-full-published-resnet_mini`. */
export function formatScope(scope: Scope): string {
  const { profile, dataset, setting, protocol } = scope;
  return [profile, dataset, setting, protocol, formatStart(scope)].join("-");
}

/** A network and what it began with, in file names: `resnet50-0676ba61`; random weights go without saying. */
export function formatStart({ backbone, weights_hash }: Scope): string {
  if (weights_hash === "random") return backbone;
  return `${backbone}-${weights_hash?.slice(0, 8) ?? "unrecorded_weights"}`;
}

/** Splits rows into scopes, both in the order of tables. */
export function splitIntoScopes(rows: readonly ResultRow[]): ScopedRows[] {
  const sorted = rows.toSorted(compareResults);
  const groups = Map.groupBy(sorted, formatScope);
  return [...groups.values()].map((scoped) => ({ scope: scoped[0]!, rows: scoped }));
}

/** Splits the rows of a scope into series, in the order of tables. */
export function splitIntoSeries(rows: readonly ResultRow[]): Series[] {
  const groups = [...Map.groupBy(rows, seriesKey).entries()];
  return groups.map(([key, members]) => {
    const first = members[0]!;
    const rivals = groups.map(([, others]) => others[0]!).filter((other) =>
      other.loss === first.loss && other !== first
    );
    const label = [displayLoss(first.loss), ...describeDifference(first, rivals)].join(", ");
    return { label, loss: first.loss, key, rows: members };
  });
}

/**
 * Splits rows of one dataset into series whose labels mean the same beside other datasets: a hyperparameter that the loss has
 * several of anywhere in the table is named everywhere.
 *
 * @param all Rows of the whole table.
 */
export function splitAlike(rows: readonly ResultRow[], all: readonly ResultRow[]): Series[] {
  const alike = splitIntoSeries(rows).map((series) => {
    const first = series.rows[0]!;
    const rivals = all.filter(({ loss }) => loss === first.loss);
    const facts = listDifferences(first, rivals).map(({ text }) => text);
    return { ...series, label: [displayLoss(first.loss), ...facts].join(", ") };
  });
  const isTold = new Set(alike.map(({ label }) => label)).size === alike.length;
  return isTold ? alike : splitIntoSeries(rows);
}

/** Summary over seeds of one metric of rows that differ by seed alone; `null` where no row has it. */
export function summarizeMetric(rows: readonly ResultRow[], metric: MetricName): Summary | null {
  return summarize(rows.map((row) => row[metric]).filter((value) => value !== null));
}

/** The untrained network of some series: one row for each seed. */
export interface UntrainedNetwork {
  /** Series that start from it. */
  readonly labels: readonly string[];
  /** By seed. */
  readonly rows: readonly ResultRow[];
}

/**
 * The untrained networks of a scope.
 *
 * Losses share the untrained network of a seed, so its rows repeat; they are counted once. Series whose common seeds
 * start from other numbers have another network: other weights, or another size of the embedding.
 */
export function untrainedNetworks(series: readonly Series[]): UntrainedNetwork[] {
  const networks: { labels: string[]; bySeed: Map<number, ResultRow> }[] = [];
  for (const { label, rows } of series) {
    const untrained = rows.filter(({ selection }) => selection === "untrained");
    if (untrained.length === 0) continue;
    let network = networks.find(({ bySeed }) => isSameNetwork(untrained, bySeed));
    if (network === undefined) networks.push(network = { labels: [], bySeed: new Map() });
    network.labels.push(label);
    for (const row of untrained) network.bySeed.set(row.seed, row);
  }
  return networks.map(({ labels, bySeed }) => ({
    labels,
    rows: [...bySeed.values()].toSorted((a, b) => a.seed - b.seed),
  }));
}

function isSameNetwork(
  rows: readonly ResultRow[],
  bySeed: ReadonlyMap<number, ResultRow>,
): boolean {
  const shared = rows.filter(({ seed }) => bySeed.has(seed));
  const metrics = ["recall_at_1", "map_at_r", "embedding_size", "data_hash"] as const;
  return shared.length > 0 &&
    shared.every((row) =>
      metrics.every((name) => Object.is(row[name], bySeed.get(row.seed)![name]))
    );
}

function seriesKey(row: ResultRow): string {
  return `${row.group_hash}/${row.data_hash}`;
}

/** The fewest words that tell a row's configuration from others of its loss. */
function describeDifference(row: ResultRow, rivals: readonly ResultRow[]): string[] {
  if (rivals.length === 0) return [];
  const facts = listDifferences(row, rivals);
  const untold = rivals.filter((rival) => facts.every(({ of }) => of(rival) === of(row)));
  const hashes = [
    { text: `configuration ${row.group_hash.slice(0, 8)}`, of: (one: ResultRow) => one.group_hash },
    { text: `data ${row.data_hash.slice(0, 8)}`, of: (one: ResultRow) => one.data_hash },
  ].filter(({ of }) => untold.some((rival) => of(rival) !== of(row)));
  return [...facts, ...hashes].map(({ text }) => text);
}

/** Hyperparameters, D, held-out share and precision, as far as rivals differ from a row in them. */
function listDifferences(row: ResultRow, rivals: readonly ResultRow[]): Difference[] {
  return [
    ...LOSS_PARAMETERS.map(({ name, symbol }) => ({
      text: `${symbol} = ${row[name]}`,
      of: (other: ResultRow) => other[name],
    })),
    { text: `D = ${row.embedding_size}`, of: (other: ResultRow) => other.embedding_size },
    { text: describeHeldOut(row), of: (other: ResultRow) => other.held_out_share },
    { text: row.precision ?? "precision not recorded", of: (other: ResultRow) => other.precision },
  ].filter(({ of }) => rivals.some((rival) => of(rival) !== of(row)));
}

function describeHeldOut({ held_out_share }: ResultRow): string {
  if (held_out_share === null) return "held-out share not recorded";
  return held_out_share === 0 ? "all classes" : `${100 * held_out_share}% of classes held out`;
}

interface Difference {
  readonly text: string;
  readonly of: (row: ResultRow) => number | string | null;
}
