import { assertEquals } from "@std/assert";
import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { evaluateGalleryRetrieval } from "../../lib/eval/gallery_retrieval.ts";
import type { RetrievalMetrics } from "../../lib/eval/metrics.ts";
import { evaluateSelfRetrieval } from "../../lib/eval/self_retrieval.ts";
import golden from "../golden/retrieval.json" with { type: "json" };
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { labelsOf, noisyCenters } from "./embedding_rows.ts";

interface Expected {
  readonly ks: readonly number[];
  readonly recall: readonly number[];
  readonly mapAtR: number;
  readonly rPrecision: number;
}

function assertMetrics(actual: RetrievalMetrics, expected: Expected, name: string): void {
  assertEquals(actual.recallAtK.map(({ k }) => k), [...expected.ks]);
  for (const [i, { k, percent }] of actual.recallAtK.entries()) {
    assertAllClose([percent], [100 * expected.recall[i]!], 1e-6, `${name}: Recall@${k}`);
  }
  // Two neighbors whose similarities agree to float32's last bits may change places between backends.
  assertAllClose([actual.mapAtR], [expected.mapAtR], 1e-5, `${name}: MAP@R`);
  assertAllClose([actual.rPrecision], [expected.rPrecision], 1e-5, `${name}: R-Precision`);
}

testOnEachBackend("test images that query each other have the published metrics", async () => {
  assertEquals(golden.retrieval.length, 6);
  for (const [i, expected] of golden.retrieval.entries()) {
    const { D: size, seed, noise, ks } = expected;
    const labels = labelsOf(expected.classSizes);
    assertEquals(labels.length, expected.N);
    const embeddings = noisyCenters(labels, { size, seed, noiseSeed: seed + 1, noise });
    // No duplicates, no single image, no class above 1,000: the protocols agree. Cases come in pairs of one data set.
    for (const protocol of i % 2 === 0 ? PROTOCOLS : ["published"] as const) {
      const actual = await evaluateSelfRetrieval(embeddings, labels, { ks, protocol });
      assertMetrics(actual, expected, `case ${i}, ${protocol}`);
      assertEquals([actual.queryCount, actual.leftOutCount], [expected.N, 0]);
    }
  }
});

testOnEachBackend("queries in a gallery have the published metrics", async () => {
  assertEquals(golden.inshop.length, 2);
  for (const [i, expected] of golden.inshop.entries()) {
    const { D: size, seed, noise, ks } = expected;
    const [queryLabels, galleryLabels] = [
      labelsOf(expected.queryCounts),
      labelsOf(expected.galleryCounts),
    ];
    const queries = noisyCenters(queryLabels, { size, seed, noiseSeed: seed + 1, noise });
    const gallery = noisyCenters(galleryLabels, { size, seed, noiseSeed: seed + 2, noise });
    for (const protocol of PROTOCOLS) {
      const options = { ks, protocol };
      const actual = await evaluateGalleryRetrieval(
        ...[queries, queryLabels, gallery, galleryLabels, options] as const,
      );
      assertMetrics(actual, expected, `case ${i}, ${protocol}`);
      assertEquals([actual.queryCount, actual.leftOutCount], [queryLabels.length, 0]);
    }
  }
});
