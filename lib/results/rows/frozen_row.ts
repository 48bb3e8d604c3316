/** The rows of `frozen.csv`: what the features of pretrained weights find without training. */

import { PRECISIONS } from "../../backend/backend.ts";
import { PROTOCOLS } from "../../dataset/protocol.ts";
import { PROFILE_ABOUT, PROFILES } from "../../dataset/record.ts";
import type { CsvSchema, RowOf } from "./columns.ts";
import { findMetricFault } from "./find_metric_fault.ts";
import { METRIC_COLUMNS } from "./row.ts";

const FROM_1 = { minimum: 1 } as const;

const FROZEN_COLUMNS = [
  {
    name: "backbone",
    kind: "text",
    form: "name",
    about: "network; its features are the embeddings",
  },
  { name: "weights", kind: "text", about: "file of its weights" },
  { name: "weights_hash", kind: "text", form: "hash", about: "its SHA-256" },
  {
    name: "profile",
    kind: "text",
    choices: PROFILES,
    about: PROFILE_ABOUT,
  },
  { name: "dataset", kind: "text", form: "name", about: "dataset" },
  { name: "protocol", kind: "text", choices: PROTOCOLS, about: "published or corrected" },
  {
    name: "resize_size",
    kind: "integer",
    range: FROM_1,
    about: "pixels of the shorter side before the crop",
  },
  { name: "input_size", kind: "integer", range: FROM_1, about: "pixels of the central crop" },
  { name: "embedding_size", kind: "integer", range: FROM_1, about: "F" },
  ...METRIC_COLUMNS,
  {
    name: "query_count",
    kind: "integer",
    range: FROM_1,
    about: "queries that the metrics are means over",
  },
  {
    name: "left_out_count",
    kind: "integer",
    range: { minimum: 0 },
    about: "queries left out as nothing can be found",
  },
  { name: "backend", kind: "text", form: "name", about: "backend" },
  { name: "backend_version", kind: "text", about: "its version" },
  { name: "device", kind: "text", about: "what it ran on" },
  { name: "precision", kind: "text", choices: PRECISIONS, about: "how it multiplies" },
  { name: "data_hash", kind: "text", form: "hash", about: "SHA-256 of the dataset's manifest" },
  { name: "commit", kind: "text", form: "commit", isOptional: true, about: "commit of the code" },
] as const;

/** Metrics of one file of weights on one dataset. Percent, at full precision. */
export type FrozenRow = RowOf<typeof FROZEN_COLUMNS>;

/** What `frozen.csv` is. */
export const FROZEN_SCHEMA: CsvSchema<FrozenRow> = {
  columns: FROZEN_COLUMNS,
  key: formatKey,
  compare: (a, b) => {
    const [first, second] = [formatKey(a), formatKey(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  },
  findFault: (row) => findMetricFault(row, row.protocol),
};

function formatKey(row: FrozenRow): string {
  const { backbone, dataset, profile, protocol, resize_size, input_size } = row;
  const { weights_hash, data_hash } = row;
  return [profile, dataset, backbone, protocol, resize_size, input_size, weights_hash, data_hash]
    .join("/");
}
