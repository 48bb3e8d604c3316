import { assertEquals, assertThrows } from "@std/assert";
import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import { InputError } from "../../lib/errors.ts";
import { openEmbeddings } from "../../lib/eval/embedding_matrix.ts";
import { evaluateGalleryRetrieval } from "../../lib/eval/gallery_retrieval.ts";
import { evaluateSelfRetrieval } from "../../lib/eval/self_retrieval.ts";
import { UnitRows } from "../../lib/eval/unit_rows.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { referenceRetrieval } from "../support/oracles/retrieval.ts";
import { labelsOf, matrixOf, noisyCenters, rowsOf } from "./embedding_rows.ts";

const LENGTHS = [1e-30, 1, 1e30, 1e-12, 3e7, 1e-19, 1e19];

Deno.test("corrected rows have length 1, whatever their length from 1e-30 to 1e30", () => {
  const matrix = matrixOf(LENGTHS.map((length) => [3 * length, -4 * length]));
  const rows = new UnitRows("queries", openEmbeddings("queries", matrix), "corrected");
  const values = new Float32Array(2 * LENGTHS.length);
  rows.copy(Int32Array.from(LENGTHS.keys()), values);
  assertAllClose(values, LENGTHS.flatMap(() => [0.6, -0.8]), 1e-7);
});

Deno.test("published rows have 1e-12 inside the root, so that tiny ones stay short", () => {
  const matrix = matrixOf([[3e-6, 4e-6], [0.3, 0.4], [3e-30, 4e-30]]);
  const rows = new UnitRows("queries", openEmbeddings("queries", matrix), "published");
  const values = new Float32Array(6);
  rows.copy(Int32Array.of(0, 1, 2), values);
  const tiny = Math.sqrt(25e-12 + 1e-12);
  assertAllClose(values, [3e-6 / tiny, 4e-6 / tiny, 0.6, 0.8, 0, 0], 1e-7);
});

Deno.test("a row of zeros stays zero, and rows come in any order with gaps of zeros", () => {
  for (const protocol of PROTOCOLS) {
    const matrix = matrixOf([[0, 0], [2, 0], [0, 5]]);
    const rows = new UnitRows("queries", openEmbeddings("queries", matrix), protocol);
    const values = new Float32Array(10).fill(7);
    rows.copy(Int32Array.of(2, -1, 0, 1, 2), values);
    assertAllClose(values, [0, 1, 0, 0, 0, 0, 1, 0, 0, 1], 1e-7);
  }
});

Deno.test("the first row that is not finite is named, also beyond the first part that is read", () => {
  const matrix = { data: new Float32Array(3e6), rowCount: 3e6, columnCount: 1 };
  matrix.data[2_500_000] = Infinity;
  const open = () => new UnitRows("gallery", openEmbeddings("gallery", matrix), "corrected");
  assertEquals(
    assertThrows(open, InputError).message,
    "Cannot find neighbors as gallery must be finite: it is Infinity in row 2500000",
  );
});

testOnEachBackend("corrected metrics do not depend on the lengths of rows", async () => {
  const labels = labelsOf([9, 8, 7, 6, 2]);
  const unit = noisyCenters(labels, { size: 6, seed: 81, noiseSeed: 82, noise: 1.2 });
  const data = unit.data.map((value, i) => value * LENGTHS[Math.floor(i / 6) % LENGTHS.length]!);
  const scaled = { ...unit, data };
  const ks = [1, 2, 4];
  const options = { ks, protocol: "corrected" } as const;
  const rows = rowsOf(unit);
  const sets = { queries: rows, queryLabels: labels, gallery: rows, galleryLabels: labels, ks };
  for (const isSelf of [true, false]) {
    const actual = isSelf
      ? await evaluateSelfRetrieval(scaled, labels, options)
      : await evaluateGalleryRetrieval(scaled, labels, unit, labels, options);
    const expected = referenceRetrieval({ ...sets, protocol: "corrected", isSelf });
    assertAllClose(
      actual.recallAtK.map(({ percent }) => percent),
      expected.recall.map((share) => 100 * share),
      1e-9,
    );
    assertAllClose([actual.mapAtR], [100 * expected.mapAtR], 1e-9);
  }
});
