import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../lib/errors.ts";
import { type EmbeddingMatrix, findNeighbors, neighborBlocks } from "../../lib/eval/neighbors.ts";
import { similarityBlocks } from "../../lib/eval/similarity_blocks.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { goldenTensor } from "../support/generator.ts";
import { referenceOrder } from "../support/oracles/retrieval.ts";
import { matrixOf, planeOf, rowsOf } from "./embedding_rows.ts";

const lists = ({ indices, count, queryCount }: Awaited<ReturnType<typeof findNeighbors>>) =>
  Array.from({ length: queryCount }, (_, i) => [...indices.subarray(i * count, (i + 1) * count)]);

const random = (rowCount: number, columnCount: number, seed: number): EmbeddingMatrix => ({
  data: goldenTensor([rowCount, columnCount], seed),
  rowCount,
  columnCount,
});

testOnEachBackend("findNeighbors() orders a gallery by angle", async () => {
  const gallery = planeOf([0, 50, 100, 170]);
  const found = await findNeighbors(planeOf([10, 120]), gallery, 3);
  assertEquals(lists(found), [[0, 1, 2], [2, 3, 1]]);
  const cosines = [10, 40, 90, 20, 50, 70].map((angle) => Math.cos(angle * Math.PI / 180));
  assertAllClose(found.similarities, cosines, 1e-6);
});

testOnEachBackend("findNeighbors() leaves out the query by its index, not its place", async () => {
  const embeddings = planeOf([0, 0, 30]);
  assertEquals(lists(await findNeighbors(embeddings, embeddings, 3)), [
    [0, 1, 2],
    [0, 1, 2],
    [2, 0, 1],
  ]);
  const others = await findNeighbors(embeddings, embeddings, 2, { excludeSelf: true });
  assertEquals(lists(others), [[1, 2], [0, 2], [0, 1]]);
});

testOnEachBackend("equal similarities come in the order of their indices", async () => {
  const gallery = planeOf([90, 0, 0, 90, 0]);
  assertEquals(lists(await findNeighbors(planeOf([0]), gallery, 4)), [[1, 2, 4, 0]]);
});

testOnEachBackend("findNeighbors() agrees with brute force in float64", async () => {
  const [queries, gallery] = [random(23, 9, 31), random(61, 9, 32)];
  const found = await findNeighbors(queries, gallery, 20);
  rowsOf(queries).forEach((query, i) => {
    const expected = referenceOrder(query, rowsOf(gallery)).slice(0, 20);
    assertEquals(lists(found)[i], expected.map(({ index }) => index));
    const similarities = found.similarities.subarray(i * 20, (i + 1) * 20);
    assertAllClose(similarities, expected.map(({ similarity }) => similarity), 1e-6);
  });
});

testOnEachBackend("blocks of any size give the same lists", async () => {
  const [queries, gallery] = [random(10, 5, 41), random(17, 5, 42)];
  const expected = await findNeighbors(queries, gallery, 6);
  for (const blockSize of [1, 17, 3 * 17 + 5, 1e6]) {
    assertEquals(await findNeighbors(queries, gallery, 6, { blockSize }), expected);
    const self = await findNeighbors(gallery, gallery, 6, { blockSize, excludeSelf: true });
    assertEquals(self, await findNeighbors(gallery, gallery, 6, { excludeSelf: true }));
  }
});

Deno.test("a block holds no more similarities than it may, and at least one row", async () => {
  const [queries, gallery] = [random(10, 5, 41), random(17, 5, 42)];
  const sizes = async (blockSize: number) => {
    const found: number[] = [];
    for await (const { queryCount } of similarityBlocks(queries, gallery, { blockSize })) {
      found.push(queryCount);
    }
    return found;
  };
  assertEquals(await sizes(17 * 4), [4, 4, 2]);
  assertEquals(await sizes(1), Array(10).fill(1));
});

testOnEachBackend("lists are as long as the gallery allows", async () => {
  const embeddings = planeOf([0, 20, 50]);
  assertEquals((await findNeighbors(embeddings, embeddings, 1000)).count, 3);
  const others = await findNeighbors(embeddings, embeddings, 1000, { excludeSelf: true });
  assertEquals(lists(others), [[1, 2], [0, 2], [1, 0]]);
});

testOnEachBackend("the search leaves no tensors behind, even if it is not finished", async () => {
  const before = tf.memory().numTensors;
  const embeddings = random(12, 4, 51);
  await findNeighbors(embeddings, embeddings, 3);
  assertEquals(tf.memory().numTensors, before);
  for await (const _block of neighborBlocks(embeddings, embeddings, 3, { blockSize: 1 })) break;
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("findNeighbors() says what is wrong with its inputs", async () => {
  const good = planeOf([0, 20]);
  const message = async (
    type: typeof RangeError | typeof InputError,
    ...args: Parameters<typeof findNeighbors>
  ) => (await assertRejects(() => findNeighbors(...args), type)).message;
  assertEquals(
    await message(RangeError, good, good, 0),
    "Cannot find neighbors as count must be a whole number of at least 1: it is 0",
  );
  assertEquals(
    await message(RangeError, good, matrixOf([[1, 2, 3]]), 1),
    "Cannot find neighbors as the gallery must have 2 columns, as the queries have: it is 3",
  );
  assertEquals(
    await message(RangeError, good, { ...good, rowCount: 3 }, 1),
    "Cannot find neighbors as gallery must have 3 x 2 values: it is 4",
  );
  assertEquals(
    await message(RangeError, matrixOf([]), good, 1),
    "Cannot find neighbors as queries must have at least one row: it is 0 rows",
  );
  assertEquals(
    await message(InputError, matrixOf([[0, 1], [1, NaN]]), good, 1),
    "Cannot find neighbors as queries must be finite: it is NaN in row 1",
  );
  assertEquals(
    await message(RangeError, planeOf([1]), good, 1, { excludeSelf: true }),
    "Cannot find neighbors as excludeSelf must have queries that are the gallery, of at least 2 rows: " +
      "it is 1 queries in 2 rows",
  );
});
