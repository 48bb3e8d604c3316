/** Embeddings in a file, read a few rows at a time where the file allows it. */

import { extname } from "@std/path";
import { ByteSource } from "../file/byte_source.ts";
import { openNpyRows } from "../file/npy_rows.ts";
import { type EmbeddingSource, openEmbeddings } from "./embedding_matrix.ts";
import { readEmbeddings } from "./read_embeddings.ts";

const ACTION = "read embeddings";
/** Values that are checked at a time: 4 MiB. */
const PART_SIZE = 2 ** 20;

/** Embeddings of an open file. Close it with `using`. */
export type EmbeddingFile = EmbeddingSource & Disposable;

/**
 * Opens embeddings. An `.npy` file of float32 stays on disk, so that memory does not grow with it; any other is read whole, as
 * `readEmbeddings` does.
 *
 * @throws {InputError} As `readEmbeddings`.
 */
export async function openEmbeddingFile(path: string): Promise<EmbeddingFile> {
  if (extname(path).toLowerCase() === ".npy") {
    const source = ByteSource.open(path, ACTION);
    try {
      const rows = openNpyRows(source);
      if (rows !== null) {
        checkFinite(rows, source);
        return { ...rows, [Symbol.dispose]: () => source[Symbol.dispose]() };
      }
    } catch (error) {
      source[Symbol.dispose]();
      throw error;
    }
    source[Symbol.dispose]();
  }
  const rows = openEmbeddings("embeddings", await readEmbeddings(path));
  return { ...rows, [Symbol.dispose]: () => {} };
}

function checkFinite(rows: EmbeddingSource, source: ByteSource): void {
  const { rowCount, columnCount } = rows;
  const step = Math.max(1, Math.min(rowCount, Math.floor(PART_SIZE / columnCount)));
  const part = new Float32Array(step * columnCount);
  for (let first = 0; first < rowCount; first += step) {
    const count = Math.min(step, rowCount - first);
    const values = part.subarray(0, count * columnCount);
    rows.readRows(first, count, values);
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      const row = first + Math.floor(i / columnCount);
      source.fail("they must be finite, as float32", `${values[i]} in row ${row}`);
    }
  }
}
