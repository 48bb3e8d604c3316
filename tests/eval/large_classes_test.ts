import { assertEquals } from "@std/assert";
import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { evaluateGalleryRetrieval } from "../../lib/eval/gallery_retrieval.ts";
import { evaluateSelfRetrieval } from "../../lib/eval/self_retrieval.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { referenceRetrieval } from "../support/oracles/retrieval.ts";
import { labelsOf, rowsOf } from "./embedding_rows.ts";

const SIZE = 64;
const KS = [1, 2, 5, 20];

/** Rows of ±1/8: of length 1 and with similarities that are multiples of 1/32 in any precision, so that most images tie. */
function drawSigns(rowCount: number, seed: number) {
  const stream = RandomStream.named(seed, "signs");
  const data = Float32Array.from(
    { length: rowCount * SIZE },
    () => stream.nextFloat() < 0.5 ? -1 / 8 : 1 / 8,
  );
  return { data, rowCount, columnCount: SIZE };
}

testOnEachBackend(
  "classes of hundreds, where most images tie, agree with brute force",
  async () => {
    // Lists of more than 64 images of a class, of lengths that are no multiples of 4.
    const labels = labelsOf([211, 101, 59, 29]).map((label, i, all) =>
      i % 4 === 0 ? all[399 - i]! : label
    );
    const [queries, gallery] = [drawSigns(labels.length, 1), drawSigns(labels.length, 2)];
    const sets = { queryLabels: labels, galleryLabels: labels, ks: KS };
    for (const protocol of PROTOCOLS) {
      for (const isSelf of [true, false]) {
        const images = isSelf ? queries : gallery;
        const actual = isSelf
          ? await evaluateSelfRetrieval(queries, labels, { ks: KS, protocol })
          : await evaluateGalleryRetrieval(queries, labels, gallery, labels, { ks: KS, protocol });
        const expected = referenceRetrieval({
          ...{ ...sets, protocol, isSelf, queries: rowsOf(queries), gallery: rowsOf(images) },
        });
        const name = `${protocol}, ${isSelf ? "self" : "gallery"}`;
        assertAllClose(
          [...actual.recallAtK.map(({ percent }) => percent), actual.mapAtR, actual.rPrecision],
          [...expected.recall, expected.mapAtR, expected.rPrecision].map((share) => 100 * share),
          1e-9,
          name,
        );
        assertEquals(actual.queryCount, expected.queryCount, name);
      }
    }
  },
);
