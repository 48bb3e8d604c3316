/** Embeddings as CSV: for programs that read no arrays. */

import { stringify } from "@std/csv";
import type { EmbeddingMatrix } from "./embedding_matrix.ts";

/** Digits that tell any two float32 values apart. */
const FLOAT32_DIGITS = 9;

/**
 * Formats embeddings as CSV: `path`, then `e0` ... `e<D-1>`. Reading the numbers as float32 gives the same bits.
 *
 * @param paths One per row, relative to one folder. One that a spreadsheet would take for a formula gets `./` before it.
 * @param embeddings [N, D].
 */
export function formatEmbeddings(
  paths: readonly string[],
  { data, columnCount }: EmbeddingMatrix,
): string {
  const columns = ["path", ...Array.from({ length: columnCount }, (_, i) => `e${i}`)];
  const rows = paths.map((path, row) => [
    isFormula(path) ? `./${path}` : path,
    ...Array.from(
      data.subarray(row * columnCount, (row + 1) * columnCount),
      (value) => Number(value.toPrecision(FLOAT32_DIGITS)),
    ),
  ]);
  return stringify([columns, ...rows], { headers: false });
}

function isFormula(text: string): boolean {
  return /^[=+\-@\t\r]/.test(text);
}
