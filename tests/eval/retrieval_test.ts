import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { InputError } from "../../lib/errors.ts";
import type { EmbeddingMatrix } from "../../lib/eval/embedding_matrix.ts";
import { evaluateGalleryRetrieval } from "../../lib/eval/gallery_retrieval.ts";
import { MEAN_METRICS } from "../../lib/eval/metric_definitions.ts";
import type { RetrievalMetrics } from "../../lib/eval/metrics.ts";
import { evaluateSelfRetrieval } from "../../lib/eval/self_retrieval.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { type ReferenceMetrics, referenceRetrieval } from "../support/oracles/retrieval.ts";
import { labelsOf, matrixOf, noisyCenters, planeOf, rowsOf } from "./embedding_rows.ts";

const recalls = ({ recallAtK }: RetrievalMetrics) => recallAtK.map(({ percent }) => percent);

function assertSame(actual: RetrievalMetrics, expected: ReferenceMetrics, name: string): void {
  const percent = (fraction: number) => 100 * fraction;
  assertEquals(actual.queryCount, expected.queryCount, name);
  assertAllClose(recalls(actual), expected.recall.map(percent), 1e-9, name);
  for (const { property } of MEAN_METRICS) {
    assertAllClose([actual[property]], [percent(expected[property])], 1e-9, `${name}: ${property}`);
  }
}

/** 5 classes of 12 to 1 images, the last two single, with three images that are there twice. */
function makeSelfSet() {
  const labels = labelsOf([12, 9, 6, 1, 1]);
  const embeddings = noisyCenters(labels, { size: 6, seed: 61, noiseSeed: 62, noise: 1.1 });
  for (const [from, to] of [[3, 15], [20, 4], [28, 27]] as const) {
    embeddings.data.copyWithin(to * 6, from * 6, (from + 1) * 6);
  }
  return { labels, embeddings };
}

testOnEachBackend("self retrieval agrees with brute force in float64", async () => {
  const { labels, embeddings } = makeSelfSet();
  const ks = [1, 2, 4, 8];
  const rows = rowsOf(embeddings);
  for (const protocol of PROTOCOLS) {
    const actual = await evaluateSelfRetrieval(embeddings, labels, { ks, protocol });
    const sets = { queries: rows, queryLabels: labels, gallery: rows, galleryLabels: labels };
    const expected = referenceRetrieval({ ...sets, ks, protocol, isSelf: true });
    assertSame(actual, expected, protocol);
    assertEquals(actual.leftOutCount, protocol === "published" ? 0 : 2);
  }
});

testOnEachBackend("gallery retrieval agrees with brute force in float64", async () => {
  const [queryLabels, galleryLabels] = [labelsOf([5, 4, 3, 2, 2]), labelsOf([4, 3, 8, 1])];
  const size = 5;
  const queries = noisyCenters(queryLabels, { size, seed: 71, noiseSeed: 72, noise: 1.4 });
  const gallery = noisyCenters(galleryLabels, { size, seed: 71, noiseSeed: 73, noise: 1.4 });
  // Images of classes 0 and 2 that are equal: ties between a right and a wrong one.
  gallery.data.copyWithin(0, 8 * size, 11 * size);
  const ks = [1, 2, 5, 10];
  for (const protocol of PROTOCOLS) {
    const actual = await evaluateGalleryRetrieval(
      ...[queries, queryLabels, gallery, galleryLabels, { ks, protocol }] as const,
    );
    const sets = { queries: rowsOf(queries), queryLabels, gallery: rowsOf(gallery), galleryLabels };
    const expected = referenceRetrieval({ ...sets, ks, protocol, isSelf: false });
    assertSame(actual, expected, protocol);
    assertEquals(actual.leftOutCount, protocol === "published" ? 0 : 2);
  }
});

/** Metrics by protocol: [published, corrected]. */
function evaluateBoth(
  embeddings: EmbeddingMatrix,
  labels: number[],
  ks: number[],
): Promise<RetrievalMetrics[]> {
  return Promise.all(
    PROTOCOLS.map((protocol) => evaluateSelfRetrieval(embeddings, labels, { ks, protocol })),
  );
}

testOnEachBackend("oddity: a duplicate image counts itself as published", async () => {
  // Images 0 and 1 are equal and of different classes; the class mates are far away.
  const embeddings = planeOf([0, 0, 120, 240]);
  const labels = [0, 1, 1, 0];
  const [published, corrected] = await evaluateBoth(embeddings, labels, [1]);
  // Query 1 finds image 0 first, drops it as itself, and then finds itself.
  assertEquals(recalls(published!), [25]);
  assertEquals(recalls(corrected!), [0]);
});

testOnEachBackend("oddity: a class with one image makes the published means NaN", async () => {
  const embeddings = planeOf([0, 5, 90]);
  const [published, corrected] = await evaluateBoth(embeddings, [0, 0, 1], [1, 2]);
  assertEquals([published!.mapAtR, published!.rPrecision], [NaN, NaN]);
  assertAllClose(recalls(published!), [200 / 3, 200 / 3], 1e-12);
  assertEquals([published!.queryCount, published!.leftOutCount], [3, 0]);
  assertEquals([corrected!.mapAtR, corrected!.rPrecision], [100, 100]);
  assertEquals(recalls(corrected!), [100, 100]);
  assertEquals([corrected!.queryCount, corrected!.leftOutCount], [2, 1]);
});

testOnEachBackend("oddity: published neighbor lists are cut at 1,000", async () => {
  // A class of 1,101 around 0 degrees (R = 1,100) and one of 2 far away: every list is perfect.
  const angles = [...Array.from({ length: 1101 }, (_, i) => i / 100), 180, 181];
  const labels = labelsOf([1101, 2]);
  const [published, corrected] = await evaluateBoth(planeOf(angles), labels, [1]);
  const cut = 100 * (1101 * (1000 / 1100) + 2) / 1103;
  assertAllClose([published!.mapAtR, published!.rPrecision], [cut, cut], 1e-9);
  assertAllClose([corrected!.mapAtR, corrected!.rPrecision], [100, 100], 1e-9);
});

testOnEachBackend("oddity: in a gallery too, published lists are cut at 1,000", async () => {
  const gallery = planeOf(Array.from({ length: 1250 }, (_, i) => i / 100));
  const [published, corrected] = await Promise.all(
    PROTOCOLS.map((protocol) =>
      evaluateGalleryRetrieval(planeOf([0]), [0], gallery, Array(1250).fill(0), {
        ks: [1],
        protocol,
      })
    ),
  );
  assertAllClose([published!.mapAtR, published!.rPrecision], [80, 80], 1e-9);
  assertAllClose([corrected!.mapAtR, corrected!.rPrecision], [100, 100], 1e-9);
});

testOnEachBackend("oddity: in a gallery, published ties are hits", async () => {
  // The first two images of the gallery are equal, the wrong one comes first.
  const [queries, gallery] = [planeOf([0]), planeOf([10, 10, 90])];
  const [published, corrected] = await Promise.all(
    PROTOCOLS.map((protocol) =>
      evaluateGalleryRetrieval(queries, [0], gallery, [1, 0, 1], { ks: [1, 2], protocol })
    ),
  );
  assertEquals(recalls(published!), [100, 100]);
  assertEquals(recalls(corrected!), [0, 100]);
  assertEquals([published!.mapAtR, corrected!.mapAtR], [0, 0]);
});

testOnEachBackend("a query without an image in the gallery is a published miss", async () => {
  const [queries, gallery] = [planeOf([0, 90]), planeOf([10, 20])];
  const [published, corrected] = await Promise.all(
    PROTOCOLS.map((protocol) =>
      evaluateGalleryRetrieval(queries, [0, 5], gallery, [0, 1], { ks: [1, 50], protocol })
    ),
  );
  assertEquals(recalls(published!), [50, 50]);
  assertEquals([published!.mapAtR, published!.queryCount], [NaN, 2]);
  assertEquals(recalls(corrected!), [100, 100]);
  assertEquals([corrected!.mapAtR, corrected!.queryCount, corrected!.leftOutCount], [100, 1, 1]);
});

testOnEachBackend("evaluations leave no tensors behind", async () => {
  const before = tf.memory().numTensors;
  const { labels, embeddings } = makeSelfSet();
  for (const protocol of PROTOCOLS) {
    const options = { ks: [1], protocol };
    await evaluateSelfRetrieval(embeddings, labels, options);
    await evaluateGalleryRetrieval(embeddings, labels, embeddings, labels, options);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("evaluations say what is wrong with their inputs", async () => {
  const embeddings = planeOf([0, 10]);
  const message = async (labels: number[], ks: number[]) => {
    const run = () => evaluateSelfRetrieval(embeddings, labels, { ks, protocol: "corrected" });
    return (await assertRejects(run, RangeError)).message;
  };
  assertEquals(
    await message([0], [1]),
    "Cannot evaluate retrieval as the test set must have 2 labels, one for each row: it is 1",
  );
  assertEquals(
    await message([0, 0], [1, 0]),
    "Cannot evaluate retrieval as every K must be a whole number of at least 1: it is 0",
  );
  assertEquals(
    await message([0, 0], []),
    "Cannot evaluate retrieval as every K must be a whole number of at least 1: it is none",
  );
  const gallery = (labels: number[]) => () =>
    evaluateGalleryRetrieval(embeddings, [0, 0], matrixOf([[1, 0]]), labels, {
      ks: [1],
      protocol: "corrected",
    });
  assertEquals(
    (await assertRejects(gallery([]), RangeError)).message,
    "Cannot evaluate retrieval as the gallery must have 1 labels, one for each row: it is 0",
  );
  assertEquals(
    (await assertRejects(gallery([3]), InputError)).message,
    "Cannot evaluate retrieval as at least one query must have an image to find: it is 0 of 2",
  );
  const alone = evaluateSelfRetrieval(embeddings, [0, 1], { ks: [1], protocol: "corrected" });
  assertEquals(
    (await assertRejects(() => alone, InputError)).message,
    "Cannot evaluate retrieval as at least one query must have an image to find: it is 0 of 2",
  );
});
