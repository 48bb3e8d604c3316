import { assertEquals, assertRejects } from "@std/assert";
import { takeImbalanced } from "../../lib/dataset/imbalance.ts";
import { takePartial } from "../../lib/dataset/partial.ts";
import type { Protocol } from "../../lib/dataset/protocol.ts";
import type { EmbeddingMatrix } from "../../lib/eval/embedding_matrix.ts";
import {
  evaluateGalleryRetrieval,
  rankGalleryRetrieval,
} from "../../lib/eval/gallery_retrieval.ts";
import { findNeighbors } from "../../lib/eval/neighbors.ts";
import { evaluateSelfRetrieval, rankSelfRetrieval } from "../../lib/eval/self_retrieval.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { batchesPerEpoch } from "../../lib/sampling/epoch_length.ts";
import { labelsOf, planeOf } from "./embedding_rows.ts";

// What types forbid comes all the same: from JavaScript, from JSON, and through `as`.
const LABELS = labelsOf([2, 2]);
const MATRIX = planeOf([0, 10, 90, 100]);
const OPTIONS = { ks: [1], protocol: "corrected" } as const;

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, RangeError)).message;
}

Deno.test("a protocol that is neither of the two is not taken for corrected", async () => {
  const rule = "as protocol must be one of published, corrected";
  for (
    const [given, ending] of [["Published", '"Published" (did you mean published?)'], [
      undefined,
      '"undefined"',
    ]] as const
  ) {
    const protocol = given as Protocol;
    const expected = `Cannot evaluate retrieval ${rule}: it is ${ending}`;
    const options = { ks: [1], protocol };
    const evaluations = [
      () => evaluateSelfRetrieval(MATRIX, LABELS, options),
      () => evaluateGalleryRetrieval(MATRIX, LABELS, MATRIX, LABELS, options),
    ];
    for (const evaluate of evaluations) assertEquals(await refusal(evaluate), expected);
  }
  const protocol = "correct" as Protocol;
  const stream = RandomStream.named(1, "partial");
  const ending = `${rule}: it is "correct" (did you mean corrected?)`;
  const others: Record<string, () => unknown> = {
    "count batches": () => batchesPerEpoch(10, 5, protocol),
    "take a part of the training images": () => takePartial([], 0.5, protocol, stream),
    "take an imbalanced part of the training images": () =>
      takeImbalanced([], 10, protocol, stream),
  };
  for (const [action, run] of Object.entries(others)) {
    assertEquals(await refusal(() => Promise.try(run)), `Cannot ${action} ${ending}`);
  }
});

Deno.test("labels that are no finite numbers are no class", async () => {
  const message = (label: unknown) =>
    refusal(() => evaluateSelfRetrieval(MATRIX, [0, 0, label as number, 1], OPTIONS));
  const rule =
    "Cannot evaluate retrieval as labels of the test set must be finite numbers: label 2";
  assertEquals(await message(NaN), `${rule} is NaN`);
  assertEquals(await message(undefined), `${rule} is undefined`);
  assertEquals(await message("1"), `${rule} is "1"`);
  assertEquals(await message(1n), `${rule} is 1`);
  const gallery = () =>
    evaluateGalleryRetrieval(MATRIX, LABELS, MATRIX, [0, 0, 1, Infinity], OPTIONS);
  assertEquals(
    await refusal(gallery),
    "Cannot evaluate retrieval as labels of the gallery must be finite numbers: label 3 is Infinity",
  );
});

Deno.test("any finite numbers are classes: fractions, negative ones, and far beyond 32 bits", async () => {
  for (const [a, b] of [[0.25, 0.5], [-1, -2], [0, 2 ** 32], [2 ** 53 - 1, 2 ** 53 - 2]] as const) {
    const { recallAtK } = await evaluateSelfRetrieval(MATRIX, [a, a, b, b], OPTIONS);
    assertEquals(recallAtK, [{ k: 1, percent: 100 }]);
  }
});

Deno.test("embeddings without columns have no order, and sizes are whole", async () => {
  const message = (matrix: object) =>
    refusal(() => evaluateSelfRetrieval({ ...MATRIX, ...matrix }, LABELS, OPTIONS));
  const rule = "Cannot find neighbors as queries must have a whole number of";
  const nothing = new Float32Array();
  assertEquals(
    await message({ data: nothing, columnCount: 0 }),
    `${rule} columns, at least 1: it is 0`,
  );
  assertEquals(await message({ columnCount: NaN }), `${rule} columns, at least 1: it is NaN`);
  const half = { data: new Float32Array(3), rowCount: 1.5, columnCount: 2 };
  assertEquals(
    await refusal(() => findNeighbors(half, half, 1)),
    `${rule} rows, at least 1: it is 1.5`,
  );
  assertEquals(
    await message({ data: [...MATRIX.data] }),
    "Cannot find neighbors as data of queries must be a Float32Array: it is an array; use Float32Array.from(data)",
  );
});

Deno.test("rows of queries ascend within those that there are", async () => {
  const message = (...rows: number[]) =>
    refusal(() => rankSelfRetrieval(MATRIX, LABELS, "corrected", Int32Array.from(rows)));
  const rule = "Cannot evaluate retrieval as rows of queries must ascend within [0, 4)";
  assertEquals(await message(0, 9), `${rule}: 9 comes after 0`);
  assertEquals(await message(-1), `${rule}: -1 comes first`);
  assertEquals(await message(2, 1), `${rule}: 1 comes after 2`);
  assertEquals(await message(0, 0, 0, 0), `${rule}: 0 comes after 0`); // as many as there are rows
  const gallery = () =>
    rankGalleryRetrieval(MATRIX, LABELS, MATRIX, LABELS, "published", Int32Array.of(4));
  assertEquals(await refusal(gallery), `${rule}: 4 comes first`);
});

Deno.test("a K that is missing is not left out of the result", async () => {
  const ks = [1, undefined] as unknown as number[];
  assertEquals(
    await refusal(() => evaluateSelfRetrieval(MATRIX, LABELS, { ...OPTIONS, ks })),
    "Cannot evaluate retrieval as every K must be a whole number of at least 1: it is undefined",
  );
});

Deno.test("a block of similarities has a size", async () => {
  const message = (matrix: EmbeddingMatrix, blockSize: number) =>
    refusal(() => findNeighbors(matrix, matrix, 1, { blockSize }));
  const rule = "Cannot find neighbors as blockSize must be at least 1: it is";
  for (const size of [0, -5, NaN]) assertEquals(await message(MATRIX, size), `${rule} ${size}`);
});
