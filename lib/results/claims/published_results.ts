/**
 * Numbers that others published, each with its source: `published_results.csv`, one file to extend. The Proxy-AN paper's own
 * cells are there and empty, as its tables were not available: whoever has them enters them, with the locator.
 */

import { DATASET_NAMES } from "../../dataset/datasets.ts";
import { SETTING_KINDS } from "../../dataset/setting.ts";
import { METRICS } from "../../eval/metric_definitions.ts";
import { LOSSES } from "../../loss/losses.ts";
import { BACKBONES } from "../../model/registry.ts";
import type { AnyRow, Column, CsvSchema, RowOf } from "../rows/columns.ts";
import { parseCsv } from "../rows/csv_text.ts";
import { findMetricFault } from "../rows/find_metric_fault.ts";
import { METRIC_COLUMNS } from "../rows/row.ts";
import text from "./published_results.csv" with { type: "text" };

/**
 * What a number is worth.
 *
 * - `primary`: of the method's authors, in their paper or repository.
 * - `quoted`: of somebody else's publication, which may have run the method again.
 * - `conflicting`: another source that should agree with it does not; the note says which.
 * - `unverified`: of a third party, or nobody has looked it up yet.
 */
export const PUBLISHED_STATUSES = ["primary", "quoted", "conflicting", "unverified"] as const;

/** Columns of `published_results.csv`. */
export const PUBLISHED_COLUMNS = [
  { name: "method", kind: "text", about: "as its authors name it; a title of a loss is that loss" },
  {
    name: "backbone",
    kind: "text",
    about: "registered name of the network, or its title where it is not registered",
  },
  { name: "embedding_size", kind: "integer", range: { minimum: 1 }, isOptional: true, about: "D" },
  { name: "dataset", kind: "text", choices: DATASET_NAMES, about: "full-size dataset" },
  { name: "setting", kind: "text", choices: SETTING_KINDS, about: "full, partial or imbalance" },
  {
    name: "rate",
    kind: "number",
    range: { minimum: 0, isMinimumExcluded: true, maximum: 1 },
    isOptional: true,
    about: "partial: share kept of each class",
  },
  {
    name: "gamma",
    kind: "number",
    range: { minimum: 1 },
    isOptional: true,
    about: "imbalance: largest over smallest class",
  },
  { name: "alpha", kind: "number", range: { minimum: 0 }, isOptional: true, about: "scale" },
  {
    name: "input_size",
    kind: "integer",
    range: { minimum: 1 },
    isOptional: true,
    about: "pixels of the crop",
  },
  { name: "pooling", kind: "text", isOptional: true, about: "how the network pools" },
  { name: "weights", kind: "text", isOptional: true, about: "what the network began with" },
  ...METRIC_COLUMNS,
  {
    name: "spread",
    kind: "text",
    isOptional: true,
    about: "deviations that the source states, as `recall_at_1=0.2 map_at_r=0.1`",
  },
  { name: "runs", kind: "integer", range: { minimum: 1 }, isOptional: true, about: "runs behind" },
  { name: "status", kind: "text", choices: PUBLISHED_STATUSES, about: "what the number is worth" },
  { name: "note", kind: "text", isOptional: true, about: "what a reader must know" },
  { name: "source", kind: "text", about: "publication or repository" },
  {
    name: "locator",
    kind: "text",
    isOptional: true,
    about: "table, page or file and commit within the source",
  },
] as const satisfies readonly Column[];

/** One method on one dataset, as published. Metrics that the source does not have are `null`. */
export type PublishedResult = RowOf<typeof PUBLISHED_COLUMNS>;

/** What `published_results.csv` is; its rows stay in the order of the file. */
export const PUBLISHED_SCHEMA: CsvSchema<PublishedResult> = {
  columns: PUBLISHED_COLUMNS,
  key: formatKey,
  compare: () => 0,
  findFault: findPublishedFault,
};

/** Every published number that is known. */
export const PUBLISHED_RESULTS: readonly PublishedResult[] = parseCsv(
  text,
  "published_results.csv",
  PUBLISHED_SCHEMA,
);

/** Whether a source has no number yet: the row waits for somebody who has it. */
export function isAvailable(result: PublishedResult): boolean {
  return METRICS.some(({ column }) => result[column] !== null);
}

/** What a source says of where its numbers are. */
export function formatSource({ source, locator, status, note }: PublishedResult): string {
  const place = locator === null ? source : `${source}, ${locator}`;
  const worth = status === "primary" ? [] : [status];
  const words = [...worth, ...(note === null ? [] : [note])].join("; ");
  return words === "" ? place : `${place} (${words})`;
}

function formatKey(result: PublishedResult): string {
  const { method, backbone, embedding_size, dataset, setting, rate, gamma, alpha } = result;
  const { weights, source, locator } = result;
  return [method, backbone, embedding_size, dataset, setting, rate, gamma, alpha, weights]
    .concat(source, locator).join("/");
}

function findPublishedFault(result: PublishedResult): string | null {
  const { backbone, setting, rate, gamma, spread } = result;
  const registered = BACKBONES.find(({ title }) => title === backbone);
  if (registered) {
    return `backbone must be its registered name, ${registered.name}: it is ${backbone}`;
  }
  if ((setting === "partial") !== (rate !== null)) {
    return `rate must be given in setting partial, and empty in others: it is ${rate ?? "empty"}`;
  }
  if ((setting === "imbalance") !== (gamma !== null)) {
    return `gamma must be given in setting imbalance, and empty in others: it is ${
      gamma ?? "empty"
    }`;
  }
  if (spread !== null && parseSpread(spread) === null) {
    return `spread must be metric=number between spaces: it is "${spread}"`;
  }
  return findMetricFault(result, "corrected");
}

/** The deviations that a source states, by column; `null` for a text that is no list of them. */
export function parseSpread(spread: string): Map<string, number> | null {
  const parts = spread.split(" ").map((part) => /^(\w+)=(\d+(?:\.\d+)?)$/.exec(part));
  const known = parts.every((part) => part && METRICS.some(({ column }) => column === part[1]));
  return known ? new Map(parts.map((part) => [part![1]!, Number(part![2])])) : null;
}

/** The loss that a method is; `null` for methods that the program does not have. */
export function lossOf({ method }: Pick<PublishedResult, "method">): string | null {
  return LOSSES.find(({ title }) => title === method)?.name ?? null;
}

/** One metric of a published row; `null` where the source does not have it. */
export function publishedValue(result: PublishedResult, column: string): number | null {
  const value = (result as AnyRow)[column];
  return typeof value === "number" ? value : null;
}
