/** An evaluation in parts: several processes rank queries of their own, and the last of them puts the rankings together. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import type { RetrievalRankings } from "../eval/retrieval_rankings.ts";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { doesExist } from "../file/does_exist.ts";
import { hashBytes } from "../file/hash.ts";
import { readBytes } from "../file/read_file.ts";
import type { Shard } from "../shard.ts";

/** Rows of the queries of a part: consecutive, and as many as of any other part, or one more. */
export function listShardRows(queryCount: number, { index, count }: Shard): Int32Array {
  const [first, end] = [index - 1, index].map((part) => Math.floor(part * queryCount / count)) as [
    number,
    number,
  ];
  return Int32Array.from({ length: end - first }, (_, i) => first + i);
}

const FIELDS = [
  "queryRows",
  "queryLabels",
  "firstHitRanks",
  "averagePrecisionsAtR",
  "precisionsAtR",
] as const;

/**
 * Stores the rankings of a part, and puts all of them together if all are there.
 *
 * A part is a file of float64: its count of left-out queries, then the arrays of `RetrievalRankings`, one after another; so the
 * metrics are those of an evaluation in one piece, to the last bit.
 *
 * @param folder Where the parts are, `<hash of key>-I-of-N.f64`.
 * @param key Everything that the parts must have in common.
 * @returns `null` while another part is missing.
 * @throws {InputError} If a part is damaged.
 */
export async function exchangeParts(
  folder: string,
  key: string,
  shard: Shard,
  rankings: RetrievalRankings,
): Promise<RetrievalRankings | null> {
  const name = hashBytes(key).slice(0, 16);
  const paths = Array.from(
    { length: shard.count },
    (_, i) => join(folder, `${name}-${i + 1}-of-${shard.count}.f64`),
  );
  await Deno.mkdir(folder, { recursive: true });
  await writeFileAtomic(paths[shard.index - 1]!, formatPart(rankings));
  for (const path of paths) if (!await doesExist(path)) return null;
  return joinParts(await Promise.all(paths.map(readPart)));
}

function formatPart(rankings: RetrievalRankings): Uint8Array<ArrayBuffer> {
  const count = rankings.queryRows.length;
  const values = new Float64Array(1 + FIELDS.length * count);
  values[0] = rankings.leftOutCount;
  FIELDS.forEach((field, i) => values.set(rankings[field], 1 + i * count));
  return new Uint8Array(values.buffer);
}

async function readPart(path: string): Promise<RetrievalRankings> {
  const bytes = await readBytes(path, "read rankings");
  const count = (bytes.length / 8 - 1) / FIELDS.length;
  if (!Number.isInteger(count)) {
    throw new InputError(
      `${path}: Cannot read rankings as they must be whole: it is ${bytes.length} bytes; remove the file, and run its part again`,
    );
  }
  const values = new Float64Array(bytes.slice().buffer);
  const field = (i: number) => values.subarray(1 + i * count, 1 + (i + 1) * count);
  return {
    leftOutCount: values[0]!,
    queryRows: Int32Array.from(field(0)),
    queryLabels: field(1),
    firstHitRanks: field(2),
    averagePrecisionsAtR: field(3),
    precisionsAtR: field(4),
  };
}

function joinParts(parts: readonly RetrievalRankings[]): RetrievalRankings {
  const join = (field: Exclude<typeof FIELDS[number], "queryRows">) =>
    Float64Array.from(parts.flatMap((part) => Array.from(part[field])));
  return {
    leftOutCount: parts.reduce((sum, { leftOutCount }) => sum + leftOutCount, 0),
    queryRows: Int32Array.from(parts.flatMap(({ queryRows }) => Array.from(queryRows))),
    queryLabels: join("queryLabels"),
    firstHitRanks: join("firstHitRanks"),
    averagePrecisionsAtR: join("averagePrecisionsAtR"),
    precisionsAtR: join("precisionsAtR"),
  };
}
