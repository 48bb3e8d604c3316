/** Retrieval by brute force in float64: every similarity, full sorts, one query after another. Shares no code with `lib`. */

import type { MeanProperty } from "../../../lib/eval/metric_definitions.ts";

type Rows = readonly (readonly number[])[];

/** Metrics of a set of queries, 0-1: every metric of the library's list must be here. */
export interface ReferenceMetrics extends Readonly<Record<MeanProperty, number>> {
  readonly recall: readonly number[];
  readonly queryCount: number;
}

/** One evaluation. */
export interface ReferenceRetrieval {
  readonly queries: Rows;
  readonly queryLabels: readonly number[];
  readonly gallery: Rows;
  readonly galleryLabels: readonly number[];
  readonly ks: readonly number[];
  readonly protocol: "published" | "corrected";
  /** Whether the queries are the gallery. */
  readonly isSelf: boolean;
}

interface Candidate {
  readonly index: number;
  readonly similarity: number;
}

/** Gallery rows from best to worst. */
export function referenceOrder(query: readonly number[], gallery: Rows): Candidate[] {
  return gallery
    .map((row, index) => ({ index, similarity: similarity(query, row) }))
    .sort((a, b) => b.similarity - a.similarity || a.index - b.index);
}

/** The metrics of a protocol. */
export function referenceRetrieval(task: ReferenceRetrieval): ReferenceMetrics {
  const { queries, queryLabels, gallery, galleryLabels, ks, protocol, isSelf } = task;
  const recalled = ks.map(() => 0);
  let [mapSum, precisionSum, queryCount] = [0, 0, 0];
  queries.forEach((query, q) => {
    const label = queryLabels[q]!;
    const isHit = ({ index }: Candidate) => galleryLabels[index] === label;
    const order = referenceOrder(query, gallery);
    const R = galleryLabels.filter((other) => other === label).length - (isSelf ? 1 : 0);
    if (R === 0 && protocol === "corrected") return;
    queryCount++;
    let list = order;
    if (isSelf && protocol === "published") list = order.slice(1, 1001);
    if (isSelf && protocol === "corrected") list = order.filter(({ index }) => index !== q);
    if (!isSelf && protocol === "published") list = order.slice(0, 1000);
    ks.forEach((k, i) => {
      let isRecalled = list.slice(0, k).some(isHit);
      if (!isSelf && protocol === "published") {
        const best = order.find(isHit);
        const threshold = best?.similarity ?? NaN;
        const above = order.filter((other) => !isHit(other) && other.similarity > threshold);
        isRecalled = best !== undefined && above.length < k;
      }
      if (isRecalled) recalled[i] = recalled[i]! + 1;
    });
    let average = 0;
    for (let j = 0; j < R && j < list.length; j++) {
      if (isHit(list[j]!)) average += list.slice(0, j + 1).filter(isHit).length / (j + 1);
    }
    mapSum += average / R;
    precisionSum += list.slice(0, R).filter(isHit).length / R;
  });
  return {
    recall: recalled.map((count) => count / queryCount),
    mapAtR: mapSum / queryCount,
    rPrecision: precisionSum / queryCount,
    queryCount,
  };
}

function similarity(a: readonly number[], b: readonly number[]): number {
  let [dot, squaredA, squaredB] = [0, 1e-12, 1e-12];
  for (let d = 0; d < a.length; d++) {
    dot += a[d]! * b[d]!;
    squaredA += a[d]! ** 2;
    squaredB += b[d]! ** 2;
  }
  return dot / Math.sqrt(squaredA) / Math.sqrt(squaredB);
}
