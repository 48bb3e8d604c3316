/** The rows of `external.csv`: metrics of embeddings that were made elsewhere, named by the hashes of their files. */

import { InputError } from "../../errors.ts";
import type { CsvSchema, RowOf } from "./columns.ts";
import { METRIC_COLUMNS } from "./row.ts";

const EXTERNAL_COLUMNS = [
  {
    name: "embeddings",
    kind: "text",
    about: "file of embeddings; the gallery, if there are queries",
  },
  { name: "embeddings_hash", kind: "text", about: "its SHA-256" },
  { name: "labels_hash", kind: "text", about: "SHA-256 of the file of their labels" },
  { name: "queries", kind: "text", isOptional: true, about: "file of the queries' embeddings" },
  { name: "queries_hash", kind: "text", isOptional: true, about: "its SHA-256" },
  {
    name: "query_labels_hash",
    kind: "text",
    isOptional: true,
    about: "SHA-256 of the file of the queries' labels",
  },
  { name: "protocol", kind: "text", about: "published or corrected" },
  { name: "embedding_size", kind: "integer", about: "D" },
  ...METRIC_COLUMNS,
  { name: "query_count", kind: "integer", about: "queries that the metrics are means over" },
  { name: "left_out_count", kind: "integer", about: "queries left out as nothing can be found" },
  { name: "backend", kind: "text", about: "backend that computed the similarities" },
  { name: "commit", kind: "text", isOptional: true, about: "commit of the code" },
] as const;

/** Metrics of one set of embeddings. Percent, at full precision. */
export type ExternalRow = RowOf<typeof EXTERNAL_COLUMNS>;

/** What `external.csv` is. */
export const EXTERNAL_SCHEMA: CsvSchema<ExternalRow> = {
  columns: EXTERNAL_COLUMNS,
  key: formatKey,
  compare: (a, b) => {
    const [first, second] = [a.embeddings + formatKey(a), b.embeddings + formatKey(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  },
  check: checkMetrics,
};

function formatKey(row: ExternalRow): string {
  const { embeddings_hash, labels_hash, queries_hash, query_labels_hash, protocol } = row;
  return [embeddings_hash, labels_hash, queries_hash, query_labels_hash, protocol].join("/");
}

/** Protocol `published` makes MAP@R and R-Precision NaN where a query has nothing to find; nothing else may be NaN. */
function checkMetrics(row: ExternalRow): void {
  for (const { name } of METRIC_COLUMNS) {
    const value = row[name];
    if (value === null || Number.isFinite(value)) continue;
    const mayBeNaN = row.protocol === "published" &&
      (name === "map_at_r" || name === "r_precision");
    if (mayBeNaN && Number.isNaN(value)) continue;
    throw new InputError(
      `${row.embeddings}: Cannot store row as ${name} must be finite: it is ${value}`,
    );
  }
}
