/**
 * Bilinear resizing with antialiasing, to the bytes of Pillow.
 *
 *     out(x) = Σ_j k_j in(j) / Σ_j k_j,  k_j = max(0, 1 - |j + 1/2 - center| / scale),
 *     center = (x + 1/2) · inSize / outSize,  scale = max(1, inSize / outSize)
 *
 * first along rows, rounded to 8 bits, then along columns; the weights are fixed-point numbers of 22 bits.
 * Source: Pillow's resampling (https://pillow.readthedocs.io, `Image.resize`, `BILINEAR`), which torchvision's
 * `Resize` and `RandomResizedCrop` call for image files. One difference: only the cut that evaluation keeps is computed.
 *
 * sharp is not used for this. Measured on a noisy 500x375 JPEG against torchvision 0.28, mean (largest) difference in
 * levels of sharp 0.35's kernel "linear": 0.25 (6) from 450x340 to 224, but 1.3 (9) from 450x340 to 32, 2.8 (17) in
 * evaluation at 36 -> 32, and 8.4 (50) when enlarging 150x120 to 224, where it is no bilinear filter. Here all are 0.
 *
 * The loops are WebAssembly with SIMD; their source is `kernels/resample.ts`, in AssemblyScript (TypeScript's syntax). After a
 * change, build with `deno task kernels` and commit `resample.wasm` and its record too.
 */

import type { PixelArray } from "../file/image/decode.ts";
import type { CropBox } from "./crop.ts";
import * as kernels from "./resample.wasm";

const { memory } = kernels;

/** Where the pixels of the result lie along one axis of the source. */
export interface AxisMap {
  /** First pixel of the source that takes part. */
  readonly start: number;
  /** Pixels of the source that take part: what lies outside has no influence. */
  readonly length: number;
  /** Pixels that they are resized to. */
  readonly resizedLength: number;
  /** First pixel of the resized axis that is kept. */
  readonly offset: number;
}

/** The axes of a box that is resized to a square and kept whole. */
export function mapBox(box: CropBox, size: number): { readonly x: AxisMap; readonly y: AxisMap } {
  return {
    x: { start: box.left, length: box.width, resizedLength: size, offset: 0 },
    y: { start: box.top, length: box.height, resizedLength: size, offset: 0 },
  };
}

/** A whole weight is 2^22: Pillow's precision. */
const WEIGHT_ONE = 2 ** 22;
/** Weights are kept as two numbers of 11 bits, for sums of 16-bit products. */
const PART = 2 ** 11;

/** Weights of one axis; pixel i of the result is a sum over pairs of pixels of the source from `starts[i]`. */
interface AxisWeights {
  readonly starts: Int32Array;
  /** Pairs of pixels in each sum; the second of the last pair may have weight 0. */
  readonly counts: Int32Array;
  /** [size, stride], weight / 2^11, rounded down, of both pixels of a pair. */
  readonly highs: Int32Array;
  /** [size, stride], what is left of the weight. */
  readonly lows: Int32Array;
  /** Pairs that have room, for each pixel of the result. */
  readonly stride: number;
  /** Pixels of the source from the first to the last that takes part. */
  readonly first: number;
  readonly reach: number;
}

/** Turns parts of images into squares of one size. */
export class Resampler {
  readonly #size: number;

  /** @param size S, pixels of either side of the results. */
  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Resizes a part of an image.
   *
   * @param x Columns.
   * @param y Rows.
   * @param result Filled with [S, S, 3], row-major.
   */
  resample(source: PixelArray, x: AxisMap, y: AxisMap, result: Uint8Array): void {
    const { levels } = this.#run(source, x, y);
    result.set(new Uint8Array(memory.buffer, levels, result.length));
  }

  /**
   * Resizes a part of an image and normalizes its levels.
   *
   * @param table [3, 256], what each level of a channel becomes.
   * @param result Filled with [S, S, 3], row-major.
   */
  normalize(
    source: PixelArray,
    x: AxisMap,
    y: AxisMap,
    { table, isFlipped, isBgr }: LevelMap,
    result: Float32Array,
  ): void {
    const { levels, area } = this.#run(source, x, y);
    const tableAddress = area.put(table);
    const numbers = area.reserve(result.byteLength);
    kernels.normalizeLevels(
      levels,
      this.#size,
      tableAddress,
      Number(isFlipped),
      Number(isBgr),
      numbers,
    );
    result.set(new Float32Array(memory.buffer, numbers, result.length));
  }

  /** Both passes, in the module's memory. */
  #run(source: PixelArray, x: AxisMap, y: AxisMap) {
    const size = this.#size;
    const area = new Area();
    const [columns, rows] = [computeWeights(x, size), computeWeights(y, size)];
    const { width, pixels } = source;
    const rowBytes = width * 3;
    const used = pixels.subarray(rows.first * rowBytes, (rows.first + rows.reach) * rowBytes);
    const image = area.put(used);
    const narrow = area.reserve((rows.reach + 1) * size * 3);
    const levels = area.reserve(size * size * 3);
    const [horizontal, vertical] = [
      putWeights(area, columns, 0),
      putWeights(area, rows, rows.first),
    ];
    kernels.resampleRows(image, width, rows.reach, size, ...horizontal, narrow);
    kernels.resampleColumns(narrow, size * 3, size, ...vertical, levels);
    return { levels, area };
  }
}

/** How levels become numbers. */
export interface LevelMap {
  /** [3, 256] */
  readonly table: Float32Array;
  /** Whether rows are read from their ends. */
  readonly isFlipped: boolean;
  /** Whether the channels come out as blue, green, red. */
  readonly isBgr: boolean;
}

/** Where the kernels may read beyond an area, and write: their sources say how far. */
const MARGIN_BYTES = 64;
const PAGE_BYTES = 1 << 16;

/** Memory of one call, one piece after the other; the next call overwrites it. */
class Area {
  #end = MARGIN_BYTES;

  /** An address of that many bytes. */
  reserve(byteCount: number): number {
    const address = this.#end;
    this.#end += Math.ceil((byteCount + MARGIN_BYTES) / 16) * 16;
    const missing = this.#end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }

  /** The address of a copy. */
  put(values: Uint8Array | Int32Array | Float32Array): number {
    const address = this.reserve(values.byteLength);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
    return address;
  }
}

type WeightAddresses = [
  starts: number,
  counts: number,
  highs: number,
  lows: number,
  stride: number,
];

/** @param origin What the starts are counted from. */
function putWeights(area: Area, weights: AxisWeights, origin: number): WeightAddresses {
  const { starts, counts, highs, lows, stride } = weights;
  const shifted = origin === 0 ? starts : starts.map((start) => start - origin);
  return [area.put(shifted), area.put(counts), area.put(highs), area.put(lows), stride];
}

function computeWeights(axis: AxisMap, size: number): AxisWeights {
  const { start, length, resizedLength, offset } = axis;
  const scale = length / resizedLength;
  const support = Math.max(scale, 1); // the triangle's half width
  const stride = Math.ceil(support) + 1;
  const [highs, lows] = [new Int32Array(size * stride), new Int32Array(size * stride)];
  const [starts, counts] = [new Int32Array(size), new Int32Array(size)];
  const exact = new Float64Array(stride * 2);
  let end = 0;
  for (let i = 0; i < size; i++) {
    const center = (offset + i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(length, Math.trunc(center + support + 0.5)) - first;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const distance = Math.abs((tap + first - center + 0.5) * (1 / support));
      exact[tap] = Math.max(0, 1 - distance);
      sum += exact[tap]!;
    }
    for (let tap = 0; tap < count; tap++) {
      const weight = Math.trunc(0.5 + exact[tap]! / sum * WEIGHT_ONE);
      const [pair, shift] = [i * stride + (tap >> 1), (tap & 1) * 16];
      highs[pair]! |= Math.floor(weight / PART) << shift;
      lows[pair]! |= weight % PART << shift;
    }
    starts[i] = start + first;
    counts[i] = (count + 1) >> 1;
    end = start + first + count;
  }
  return { starts, counts, highs, lows, stride, first: starts[0]!, reach: end - starts[0]! };
}
