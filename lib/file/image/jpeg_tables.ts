/** What stands before the pixels of a JPEG file: its size, how its parts are sampled, and the tables of its codes. */

/** Bits of a code that one look at a table resolves. */
export const LOOK_BITS = 9;
/** Bits of the longest code. */
export const LONGEST_CODE = 16;
/** Largest side that the decoder takes. */
const MAX_SIDE = 65_500;
/** Blocks that a unit may have. */
const MAX_BLOCKS = 10;

/** Huffman codes of one table. */
export interface CodeTable {
  /** By the next {@linkcode LOOK_BITS} bits: length of the code · 256 + symbol, or 0 where the code is longer or none. */
  readonly short: Uint16Array;
  /** By length: the last code of that length, or -1. */
  readonly lastCodes: Int32Array;
  /** By length: what is added to a code to get its place among the symbols. */
  readonly offsets: Int32Array;
  readonly symbols: Uint8Array;
}

/** One color of an image. */
export interface JpegComponent {
  readonly id: number;
  /** Blocks of a unit along each axis. */
  readonly across: number;
  readonly down: number;
  readonly quantization: number;
}

/** The size and the colors of a JPEG image. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
}

/**
 * The frame of a baseline image of 8 bits with one or three colors.
 *
 * @param segment Content of its marker, without the length.
 * @returns `null` if it is anything else, or anything that a decoder might refuse.
 */
export function parseFrame(segment: Uint8Array): JpegFrame | null {
  const [precision, h1, h2, w1, w2, count] = segment;
  if (precision !== 8 || (count !== 1 && count !== 3) || segment.length !== 6 + 3 * count) {
    return null;
  }
  const [height, width] = [h1! << 8 | h2!, w1! << 8 | w2!];
  if (Math.min(height, width) < 1 || Math.max(height, width) > MAX_SIDE) return null;
  const components = Array.from({ length: count }, (_, i) => {
    const [id, sampling, quantization] = segment.subarray(6 + 3 * i) as unknown as number[];
    return { id: id!, across: sampling! >> 4, down: sampling! & 15, quantization: quantization! };
  });
  return isRegular(components) ? { width, height, components } : null;
}

function isRegular(components: readonly JpegComponent[]): boolean {
  const [across, down] = largestSampling(components);
  const blockCount = components.reduce((sum, part) => sum + part.across * part.down, 0);
  return new Set(components.map(({ id }) => id)).size === components.length &&
    blockCount <= MAX_BLOCKS &&
    components.every((part) =>
      part.across >= 1 && part.across <= 4 && part.down >= 1 && part.down <= 4 &&
      across % part.across === 0 && down % part.down === 0 && part.quantization < 4
    );
}

/** Blocks of the most finely sampled color along each axis. */
export function largestSampling(components: readonly JpegComponent[]): [number, number] {
  return [
    Math.max(...components.map(({ across }) => across)),
    Math.max(...components.map(({ down }) => down)),
  ];
}

/**
 * Adds the tables of a segment of Huffman codes.
 *
 * @param tables By class · 16 + number; class 0 is for first coefficients, 1 for the others.
 * @returns Whether all of it is regular.
 */
export function addCodeTables(segment: Uint8Array, tables: Map<number, CodeTable>): boolean {
  let at = 0;
  while (at < segment.length) {
    const key = segment[at]!;
    const counts = segment.subarray(at + 1, at + 1 + LONGEST_CODE);
    const symbolCount = counts.reduce((sum, count) => sum + count, 0);
    at += 1 + LONGEST_CODE + symbolCount;
    if ((key & 0xec) !== 0 || symbolCount > 256 || at > segment.length) return false;
    const symbols = segment.slice(at - symbolCount, at);
    const table = buildCodeTable(counts, symbols);
    if (!table || (key < 16 && symbols.some((size) => size > 11))) return false;
    tables.set(key, table);
  }
  return true;
}

/** Codes are given out in order, shorter ones first; none may be all ones. */
function buildCodeTable(counts: Uint8Array, symbols: Uint8Array): CodeTable | null {
  const short = new Uint16Array(1 << LOOK_BITS);
  const [lastCodes, offsets] = [
    new Int32Array(LONGEST_CODE + 1).fill(-1),
    new Int32Array(LONGEST_CODE + 1),
  ];
  let [code, place] = [0, 0];
  for (let length = 1; length <= LONGEST_CODE; length++, code <<= 1) {
    const count = counts[length - 1]!;
    offsets[length] = place - code;
    if (code + count >= 1 << length && count > 0) return null;
    for (let i = 0; i < count && length <= LOOK_BITS; i++) {
      const first = (code + i) << (LOOK_BITS - length);
      short.fill(length << 8 | symbols[place + i]!, first, first + (1 << (LOOK_BITS - length)));
    }
    code += count;
    place += count;
    if (count > 0) lastCodes[length] = code - 1;
  }
  return { short, lastCodes, offsets, symbols };
}

/**
 * Adds the numbers of the tables of a segment of quantization.
 *
 * @returns Whether all of it is regular.
 */
export function addQuantization(segment: Uint8Array, numbers: Set<number>): boolean {
  let at = 0;
  while (at < segment.length) {
    const key = segment[at]!;
    at += key < 16 ? 65 : 129;
    if ((key & 0xec) !== 0 || at > segment.length) return false;
    numbers.add(key & 3);
  }
  return true;
}
