/**
 * Whether a JPEG file is whole, without its pixels: every marker and every code is read, and nothing is computed of them.
 *
 * What makes a decoder fail are markers, tables and codes; the arithmetic that follows them cannot. Only what is regular beyond
 * doubt is accepted: baseline, one scan, all codes valid, the end where it belongs. The decoder tells about all other files, the
 * whole ones among them (progressive, for example). Source: ITU-T T.81.
 */

import {
  addCodeTables,
  addQuantization,
  type CodeTable,
  type JpegFrame,
  largestSampling,
  LONGEST_CODE,
  LOOK_BITS,
  parseFrame,
} from "./jpeg_tables.ts";

/** Pixels of a JPEG image. */
export interface JpegSize {
  /** As stored, EXIF orientation ignored. */
  readonly width: number;
  /** As stored, EXIF orientation ignored. */
  readonly height: number;
}

const START = 0xd8, END = 0xd9, FIRST_RESTART = 0xd0;
const HUFFMAN = 0xc4, QUANTIZATION = 0xdb, SCAN = 0xda, RESTART_INTERVAL = 0xdd;
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1]);
/** Of JFIF, of Adobe, comments, and what programs write into files: a decoder of pixels passes over them. */
const isPassedOver = (marker: number) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
const COEFFICIENT_COUNT = 64;

/** What the segments before the scan have said. */
interface Header {
  frame: JpegFrame | null;
  restartInterval: number;
  readonly codes: Map<number, CodeTable>;
  readonly quantization: Set<number>;
}

/**
 * The size of a JPEG image whose file is whole beyond doubt.
 *
 * @returns `null` where the decoder must tell.
 */
export function walkJpeg(bytes: Uint8Array): JpegSize | null {
  if (bytes[0] !== 0xff || bytes[1] !== START) return null;
  const header: Header = {
    frame: null,
    restartInterval: 0,
    codes: new Map(),
    quantization: new Set(),
  };
  let at = 2;
  for (;;) {
    if (bytes[at] !== 0xff) return null;
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at]!;
    const end = at + 1 + (bytes[at + 1]! << 8 | bytes[at + 2]!);
    if (!(end <= bytes.length) || end < at + 3) return null;
    const segment = bytes.subarray(at + 3, end);
    if (marker === SCAN) {
      const isWhole = header.frame && walkScan(bytes, end, segment, header.frame, header);
      return isWhole ? { width: header.frame!.width, height: header.frame!.height } : null;
    }
    if (!takeSegment(marker, segment, header)) return null;
    at = end;
  }
}

function takeSegment(marker: number, segment: Uint8Array, header: Header): boolean {
  if (isPassedOver(marker)) return true;
  if (marker === HUFFMAN) return addCodeTables(segment, header.codes);
  if (marker === QUANTIZATION) return addQuantization(segment, header.quantization);
  if (marker === RESTART_INTERVAL && segment.length === 2) {
    header.restartInterval = segment[0]! << 8 | segment[1]!;
    return true;
  }
  if (!FRAMES.has(marker) || header.frame) return false;
  header.frame = parseFrame(segment);
  return header.frame !== null;
}

/** A block of a unit: the codes of its first coefficient and of the others. */
type BlockCodes = readonly [first: CodeTable, others: CodeTable];

/** Whether the one scan has the codes of all blocks, and the file's end follows. */
function walkScan(
  bytes: Uint8Array,
  start: number,
  segment: Uint8Array,
  frame: JpegFrame,
  header: Header,
): boolean {
  const blocks = listBlocks(segment, frame, header);
  if (!blocks) return false;
  const reader = new CodeReader(bytes, start);
  const unitCount = countUnits(frame);
  const interval = header.restartInterval || unitCount;
  for (let unit = 0; unit < unitCount; unit++) {
    if (unit > 0 && unit % interval === 0) {
      if (!reader.takeMarker(FIRST_RESTART + (unit / interval - 1) % 8)) return false;
    }
    for (let i = 0; i < blocks.length; i++) {
      if (!reader.passBlock(blocks[i]![0], blocks[i]![1])) return false;
    }
  }
  return reader.takeMarker(END);
}

/** Blocks of a unit in their order; `null` if the scan is not of all colors, or a table is missing. */
function listBlocks(
  segment: Uint8Array,
  { components }: JpegFrame,
  { codes, quantization }: Header,
): BlockCodes[] | null {
  const count = components.length;
  const ending = [...segment.subarray(1 + 2 * count)];
  if (segment[0] !== count || ending.join() !== "0,63,0") return null;
  const blocks: BlockCodes[] = [];
  for (const [i, { id, across, down, quantization: number }] of components.entries()) {
    const keys = segment[2 + 2 * i]!;
    const [first, others] = [codes.get(keys >> 4), codes.get(16 | keys & 15)];
    if (segment[1 + 2 * i] !== id || !first || !others || !quantization.has(number)) return null;
    const blockCount = count === 1 ? 1 : across * down;
    for (let k = 0; k < blockCount; k++) blocks.push([first, others]);
  }
  return blocks;
}

function countUnits({ width, height, components }: JpegFrame): number {
  const [across, down] = components.length === 1 ? [1, 1] : largestSampling(components);
  return Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
}

/** Reads codes up to the next marker. */
class CodeReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The next `#count` bits, in the low end. */
  #bits = 0;
  #count = 0;
  /** Zeros among them, behind the real ones: they stand for what is missing before a marker. */
  #missing = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Passes over a block; false if a code is none, leads out of the block, or bits are missing. */
  passBlock(first: CodeTable, others: CodeTable): boolean {
    let [bits, count] = [this.#bits, this.#count];
    let table = first;
    for (let k = 0; k < COEFFICIENT_COUNT; k++) {
      if (count < LONGEST_CODE) [bits, count] = this.#fill(bits, count);
      const look = table.short[bits >> (count - LOOK_BITS) & (1 << LOOK_BITS) - 1]!;
      const found = look !== 0 ? look : findLongCode(table, bits, count);
      if (found === 0) return false;
      const symbol = found & 255;
      count -= found >> 8;
      if (k > 0) {
        if (symbol === 0) break;
        k += symbol >> 4;
        if (k >= COEFFICIENT_COUNT || (symbol !== 0xf0 && (symbol & 15) === 0)) return false;
      }
      if (count < (symbol & 15)) [bits, count] = this.#fill(bits, count);
      count -= symbol & 15;
      table = others;
    }
    [this.#bits, this.#count] = [bits, count];
    return count >= this.#missing;
  }

  /** Whether a marker follows, after what is left of the present byte. */
  takeMarker(marker: number): boolean {
    if (this.#count - this.#missing >= 8) return false;
    let at = this.#at;
    if (this.#bytes[at] !== 0xff) return false;
    while (this.#bytes[at] === 0xff) at++;
    this.#at = at + 1;
    this.#bits = this.#count = this.#missing = 0;
    return this.#bytes[at] === marker;
  }

  /** At least {@linkcode LONGEST_CODE} bits. */
  #fill(bits: number, count: number): [number, number] {
    const bytes = this.#bytes;
    while (count < LONGEST_CODE) {
      const byte = bytes[this.#at]!;
      const isData = this.#at < bytes.length && (byte !== 0xff || bytes[this.#at + 1] === 0);
      bits = (bits << 8 | (isData ? byte : 0)) & 0xffffff;
      count += 8;
      if (isData) this.#at += byte === 0xff ? 2 : 1;
      else this.#missing += 8;
    }
    return [bits, count];
  }
}

/** Length · 256 + symbol of a code that is longer than a look; 0 if it is none. */
function findLongCode(table: CodeTable, bits: number, count: number): number {
  const { lastCodes, offsets, symbols } = table;
  for (let length = LOOK_BITS + 1; length <= LONGEST_CODE; length++) {
    const code = bits >> (count - length) & (1 << length) - 1;
    if (code <= lastCodes[length]!) return length << 8 | symbols[code + offsets[length]!]!;
  }
  return 0;
}
