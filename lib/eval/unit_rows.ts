/** Rows of unit length: the one place where evaluation normalizes embeddings. */

import type { Protocol } from "../dataset/protocol.ts";
import { InputError } from "../errors.ts";
import type { EmbeddingSource } from "./embedding_matrix.ts";

/** What the authors add to the squared length, inside the root. */
const PUBLISHED_FLOOR = 1e-12;
/** Values read at a time: 256 KiB. Over larger parts V8 compiles the loop too late: 20 ms in place of 3 for 5,924 x 512. */
const PART_SIZE = 2 ** 16;

/**
 * Embeddings [N, D], scaled to unit length as they are read:
 *
 *     corrected  u = v / sqrt(Σ v²)           a row of zeros stays zero: it is as similar to any row as to any other
 *     published  u = v / sqrt(Σ v² + 1e-12)
 *
 * Source: METHOD, as the authors' code does it. Their constant makes rows shorter than about 1e-5 less similar to all others
 * than they are. One difference in both: sums are of float64, so that every length that float32 can have counts, from 1e-45
 * to 1e38; in float32, squares vanish below 1e-19 and overflow above 1e19.
 */
export class UnitRows {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly #source: EmbeddingSource;
  /** What each row is divided by. */
  readonly #lengths: Float64Array;

  /**
   * Measures every row.
   *
   * @param name What the rows are, for errors.
   * @throws {InputError} If a value is not finite.
   */
  constructor(name: string, source: EmbeddingSource, protocol: Protocol) {
    this.rowCount = source.rowCount;
    this.columnCount = source.columnCount;
    this.#source = source;
    this.#lengths = measureLengths(name, source, protocol === "published" ? PUBLISHED_FLOOR : 0);
  }

  /**
   * Copies rows, scaled.
   *
   * @param rows Which; consecutive ones are read at once. Negative numbers are rows of zeros.
   * @param target [rows, D].
   */
  copy(rows: Int32Array, target: Float32Array): void {
    const { columnCount } = this;
    for (let from = 0, to = 0; from < rows.length; from = to) {
      const first = rows[from]!;
      const step = first < 0 ? 0 : 1;
      for (to = from + 1; to < rows.length && rows[to] === first + step * (to - from); to++);
      if (first < 0) {
        target.fill(0, from * columnCount, to * columnCount);
        continue;
      }
      const part = target.subarray(from * columnCount, to * columnCount);
      this.#source.readRows(first, to - from, part);
      for (let i = 0; i < to - from; i++) {
        scaleRow(part, i * columnCount, columnCount, this.#lengths[first + i]!);
      }
    }
  }
}

function scaleRow(values: Float32Array, start: number, count: number, length: number): void {
  if (length === 0) return;
  for (let k = start; k < start + count; k++) values[k] = values[k]! / length;
}

function measureLengths(name: string, source: EmbeddingSource, floor: number): Float64Array {
  const { rowCount, columnCount } = source;
  const lengths = new Float64Array(rowCount);
  const partRows = Math.max(1, Math.min(rowCount, Math.floor(PART_SIZE / columnCount)));
  const part = new Float32Array(partRows * columnCount);
  for (let first = 0; first < rowCount; first += partRows) {
    const count = Math.min(partRows, rowCount - first);
    source.readRows(first, count, part.subarray(0, count * columnCount));
    const squares = lengths.subarray(first, first + count);
    sumSquares(part, columnCount, squares);
    for (let i = 0; i < count; i++) {
      if (!Number.isFinite(squares[i])) failFinite(name, part, i, first, columnCount);
      squares[i] = Math.sqrt(squares[i]! + floor);
    }
  }
  return lengths;
}

/**
 * Sums of the squares of rows, finite exactly if the row's float32 numbers are. Each sum is one chain in the order of the columns;
 * four rows at a time, as a chain waits for itself.
 */
function sumSquares(values: Float32Array, columnCount: number, sums: Float64Array): void {
  const whole = sums.length - sums.length % 4;
  for (let row = 0; row < whole; row += 4) addSquaresOfFour(values, row, columnCount, sums);
  for (let row = whole; row < sums.length; row++) {
    let sum = 0;
    for (let k = row * columnCount; k < (row + 1) * columnCount; k++) {
      sum += values[k]! * values[k]!;
    }
    sums[row] = sum;
  }
}

function addSquaresOfFour(
  values: Float32Array,
  row: number,
  columnCount: number,
  sums: Float64Array,
): void {
  let a = 0, b = 0, c = 0, d = 0;
  const end = (row + 1) * columnCount;
  for (let at = row * columnCount; at < end; at++) {
    let next = at;
    a += values[next]! * values[next]!;
    next += columnCount;
    b += values[next]! * values[next]!;
    next += columnCount;
    c += values[next]! * values[next]!;
    next += columnCount;
    d += values[next]! * values[next]!;
  }
  sums[row] = a;
  sums[row + 1] = b;
  sums[row + 2] = c;
  sums[row + 3] = d;
}

function failFinite(
  name: string,
  part: Float32Array,
  row: number,
  first: number,
  columnCount: number,
): never {
  const values = part.subarray(row * columnCount, (row + 1) * columnCount);
  const wrong = values.find((value) => !Number.isFinite(value));
  throw new InputError(
    `Cannot find neighbors as ${name} must be finite: it is ${wrong} in row ${first + row}`,
  );
}
