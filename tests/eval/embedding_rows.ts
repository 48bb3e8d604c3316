/** Matrices of embeddings for tests. */

import type { EmbeddingMatrix } from "../../lib/eval/embedding_matrix.ts";
import { goldenTensor } from "../support/generator.ts";

/** A matrix of plain rows. */
export function matrixOf(rows: readonly (readonly number[])[]): EmbeddingMatrix {
  const columnCount = rows[0]?.length ?? 0;
  return { data: Float32Array.from(rows.flat()), rowCount: rows.length, columnCount };
}

/** Rows of a matrix. */
export function rowsOf({ data, rowCount, columnCount }: EmbeddingMatrix): number[][] {
  return Array.from(
    { length: rowCount },
    (_, i) => [...data.subarray(i * columnCount, (i + 1) * columnCount)],
  );
}

/** A unit vector of the plane at each angle, in degrees. */
export function planeOf(degrees: readonly number[]): EmbeddingMatrix {
  const radians = degrees.map((angle) => angle * Math.PI / 180);
  return matrixOf(radians.map((angle) => [Math.cos(angle), Math.sin(angle)]));
}

/** Labels in class order: class c, counts[c] times. */
export function labelsOf(counts: readonly number[]): number[] {
  return counts.flatMap((count, label) => Array<number>(count).fill(label));
}

/** Class center + noise · T([N, D], noiseSeed), in float32, as the golden retrieval numbers describe it. */
export function noisyCenters(
  labels: readonly number[],
  { size, seed, noiseSeed, noise }: {
    readonly size: number;
    readonly seed: number;
    readonly noiseSeed: number;
    readonly noise: number;
  },
): EmbeddingMatrix {
  const centers = goldenTensor([Math.max(...labels) + 1, size], seed);
  const data = goldenTensor([labels.length, size], noiseSeed);
  for (let i = 0; i < data.length; i++) {
    const center = centers[labels[Math.floor(i / size)]! * size + i % size]!;
    data[i] = center + Math.fround(Math.fround(noise) * data[i]!);
  }
  return { data, rowCount: labels.length, columnCount: size };
}
