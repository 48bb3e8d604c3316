/** The rows of `external.csv`: metrics of embeddings that were made elsewhere, named by the hashes of their files. */

import { PROTOCOLS } from "../../dataset/protocol.ts";
import type { CsvSchema, RowOf } from "./columns.ts";
import { findMetricFault } from "./find_metric_fault.ts";
import { METRIC_COLUMNS } from "./row.ts";

const EXTERNAL_COLUMNS = [
  {
    name: "embeddings",
    kind: "text",
    about:
      "file of embeddings, or of the weights that made them; the gallery, if there are queries",
  },
  { name: "embeddings_hash", kind: "text", form: "hash", about: "its SHA-256" },
  {
    name: "labels_hash",
    kind: "text",
    form: "hash",
    about:
      "SHA-256 of the file of their labels; of that hash and the column, if one was chosen; of the manifest for weights",
  },
  { name: "queries", kind: "text", isOptional: true, about: "file of the queries' embeddings" },
  { name: "queries_hash", kind: "text", form: "hash", isOptional: true, about: "its SHA-256" },
  {
    name: "query_labels_hash",
    kind: "text",
    form: "hash",
    isOptional: true,
    about: "SHA-256 of the file of the queries' labels",
  },
  { name: "protocol", kind: "text", choices: PROTOCOLS, about: "published or corrected" },
  { name: "embedding_size", kind: "integer", range: { minimum: 1 }, about: "D" },
  ...METRIC_COLUMNS,
  {
    name: "query_count",
    kind: "integer",
    range: { minimum: 1 },
    about: "queries that the metrics are means over",
  },
  {
    name: "left_out_count",
    kind: "integer",
    range: { minimum: 0 },
    about: "queries left out as nothing can be found",
  },
  { name: "backend", kind: "text", form: "name", about: "backend that computed the similarities" },
  { name: "commit", kind: "text", form: "commit", isOptional: true, about: "commit of the code" },
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
  findFault: findExternalFault,
};

function formatKey(row: ExternalRow): string {
  const { embeddings_hash, labels_hash, queries_hash, query_labels_hash, protocol } = row;
  return [embeddings_hash, labels_hash, queries_hash, query_labels_hash, protocol].join("/");
}

function findExternalFault(row: ExternalRow): string | null {
  const { queries, queries_hash, query_labels_hash } = row;
  const given = [queries, queries_hash, query_labels_hash].filter((value) => value !== null);
  if (given.length !== 0 && given.length !== 3) {
    return "queries, queries_hash and query_labels_hash must be given together: some are empty";
  }
  return findMetricFault(row, row.protocol);
}
