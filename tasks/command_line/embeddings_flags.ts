/** The flags of embeddings that were made elsewhere. */

import { CUB200 } from "../../lib/dataset/cub200.ts";
import { type Protocol, PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { UsageError } from "../../lib/errors.ts";
import { hasRecallColumn, RECALL_COLUMN_KS } from "../../lib/eval/metric_definitions.ts";
import { isTextFile } from "../../lib/eval/read_embeddings.ts";
import type {
  EmbeddingFiles,
  ScoreEmbeddingsOptions,
} from "../../lib/experiment/score_embeddings.ts";
import type { Flag, Flags } from "./flags.ts";
import { readShard } from "./shard_flag.ts";

/** Which embeddings, and how to score them. */
export const EMBEDDINGS_FLAGS: readonly Flag[] = [
  {
    name: "embeddings",
    value: "FILE",
    help: "Score these instead of a run: .npy, or entry embeddings of .npz or .safetensors.",
  },
  {
    name: "labels",
    value: "FILE",
    help:
      "Their labels: .npy, entry labels of .npz or .safetensors, or .txt or .csv with one a line; " +
      "default the entry labels of the same file.",
  },
  {
    name: "label-column",
    value: "NAME",
    help:
      "Column of labels that are a table (.csv, .tsv): its name in the first line, or its number if " +
      "no line has names.",
  },
  {
    name: "query-embeddings",
    value: "FILE",
    help: "Queries to look up in --embeddings; default: these query each other.",
  },
  {
    name: "query-labels",
    value: "FILE",
    help: "Labels of the queries; default the entry labels of the same file.",
  },
  {
    name: "shard",
    value: "I/N",
    help:
      "Rank the I-th of N parts of the queries alone, keep it in results/shards, and write the row if the others are there.",
  },
  { name: "ks", value: "K,...", help: `K of Recall@K; default ${CUB200.recallKs.join()}.` },
];

/** Flags that say nothing of embeddings: those of a run and of the images that it embeds. */
const OF_IMAGES = ["selection", "train", "test", "gallery"];

/**
 * Reads `EMBEDDINGS_FLAGS` and `--protocol`.
 *
 * @returns `undefined` if there are no embeddings to score.
 * @throws {UsageError} If flags do not belong together or a K has no column in the results.
 */
export function readEmbeddingsChoice(
  flags: Flags,
): Omit<ScoreEmbeddingsOptions, "resultsRoot" | "backend"> | undefined {
  const images = readFiles(flags, "embeddings", "labels");
  const queries = readFiles(flags, "query-embeddings", "query-labels");
  const isGiven = (name: string) => flags.text(name) !== undefined;
  if (!images && (queries || ["ks", "shard", "label-column"].some(isGiven))) {
    throw new UsageError("Cannot score embeddings as --embeddings must be given: it is missing");
  }
  if (!images) return undefined;
  if (flags.text("run") !== undefined || flags.text("checkpoint") !== undefined) {
    throw new UsageError(
      "Cannot evaluate as either embeddings or a run must be given: both are",
    );
  }
  const stray = OF_IMAGES.find(isGiven);
  if (stray !== undefined) {
    throw new UsageError(
      `Cannot evaluate as either --embeddings or --${stray} must be given: both are`,
    );
  }
  checkLabelColumn(flags);
  const protocol: Protocol = flags.choice("protocol", PROTOCOLS) ?? "published";
  return { images, queries, ks: readKs(flags), protocol, shard: readShard(flags) };
}

function readFiles(flags: Flags, name: string, labelsName: string): EmbeddingFiles | undefined {
  const [embeddings, labels] = [flags.text(name), flags.text(labelsName)];
  const column = flags.text("label-column");
  const labelColumn = labels !== undefined && isTextFile(labels) ? column : undefined;
  if (embeddings !== undefined) return { embeddings, labels, labelColumn };
  if (labels === undefined) return undefined;
  throw new UsageError(
    `Cannot use --${labelsName} as --${name} must be given with it: it is missing`,
  );
}

/** A column that nothing is read from would be a wish ignored. */
function checkLabelColumn(flags: Flags): void {
  if (flags.text("label-column") === undefined) return;
  const labels = ["labels", "query-labels"].map((name) => flags.text(name))
    .filter((path) => path !== undefined);
  if (labels.some(isTextFile)) return;
  throw new UsageError(
    "Cannot use --label-column as --labels must be a table, a file .csv, .tsv or .txt: " +
      (labels.length === 0 ? "it is missing" : `it is ${labels.join(" and ")}`),
  );
}

function readKs(flags: Flags): readonly number[] {
  const ks = flags.numbers("ks", { minimum: 1, isInteger: true }) ?? CUB200.recallKs;
  const unknown = ks.find((k) => !hasRecallColumn(k));
  if (unknown === undefined) return ks;
  throw new UsageError(
    `Cannot use --ks as the results have columns for ${
      RECALL_COLUMN_KS.join(", ")
    }: it is ${unknown}`,
  );
}
