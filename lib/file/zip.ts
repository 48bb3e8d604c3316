/**
 * What a zip file holds, found by its directory at the end; the bytes of its entries stay in the file. One reader for
 * checkpoints (zips of torch.save), NumPy's archives and Python's wheels.
 *
 * Source: PKWARE's APPNOTE, sections 4.3 and 4.5.3 (files beyond 4 GB, which PyTorch's layout always allows for). Why no
 * library: yauzl does not compare checksums, fflate unfolds whole archives in memory, and neither keeps sizes of more than
 * 4 GB together with synchronous reads at any position, which tensors need.
 */

import type { ByteSource } from "./byte_source.ts";
import { quoteText } from "./quote_text.ts";

/** One file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** Unfolded, as the directory has it. */
  readonly sizeBytes: number;
  /** In the file. */
  readonly storedBytes: number;
  readonly crc32: number;
  readonly isDeflated: boolean;
  /** Of its local header. */
  readonly headerPosition: number;
}

const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const WIDE_LOCATOR_BYTES = 20;
const WIDE_LOCATOR_SIGNATURE = 0x07064b50;
const WIDE_END_BYTES = 56;
const ENTRY_BYTES = 46;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const WIDE_EXTRA = 1;
const LARGEST_COMMENT_BYTES = 0xffff;
const BEYOND_32_BITS = 0xffffffff;
const ENCRYPTED = 1; // of the flags
const METHODS: Readonly<Record<number, boolean>> = { 0: false, 8: true };

/**
 * Lists what a zip file holds, also one of more than 4 GB.
 *
 * @returns In the order of its directory.
 * @throws {InputError} If the directory is missing or damaged, as in truncated files, or an entry is there twice, encrypted
 * or stored in an unusual way.
 */
export function listZip(source: ByteSource): ZipEntry[] {
  const directory = readDirectory(source);
  const view = new DataView(directory.buffer);
  const found: ZipEntry[] = [];
  for (let at = 0; at < directory.length;) {
    if (at + ENTRY_BYTES > directory.length || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      source.fail("its zip directory must be whole", `damaged at entry ${found.length}`);
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) =>
      view.getUint16(at + o, true)
    );
    found.push(parseEntry(source, directory.subarray(at), nameBytes!, extraBytes!));
    at += ENTRY_BYTES + nameBytes! + extraBytes! + commentBytes!;
  }
  checkUnique(source, found);
  return found;
}

/** Of two entries of one name, readers take one or the other. */
function checkUnique(source: ByteSource, entries: readonly ZipEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) source.fail("an entry may be there once", `${quoteText(name)} twice`);
    names.add(name);
  }
}

/**
 * Where the stored bytes of an entry begin.
 *
 * @throws {InputError} If its local header is damaged, or it leaves the file.
 */
export function findEntryData(source: ByteSource, entry: ZipEntry): number {
  const { name, headerPosition, storedBytes } = entry;
  const local = new DataView(source.copy(headerPosition, LOCAL_BYTES).buffer);
  if (local.getUint32(0, true) !== LOCAL_SIGNATURE) {
    source.fail(`${quoteText(name)} must have a header of its own`, "damaged");
  }
  const position = headerPosition + LOCAL_BYTES + local.getUint16(26, true) +
    local.getUint16(28, true); // its name and extra differ from those in the directory
  if (position + storedBytes <= source.sizeBytes) return position;
  return source.fail(
    `${quoteText(name)} must lie within the file`,
    `up to byte ${position + storedBytes} of ${source.sizeBytes}`,
  );
}

function readDirectory(source: ByteSource): Uint8Array<ArrayBuffer> {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + LARGEST_COMMENT_BYTES);
  const tail = new DataView(source.copy(source.sizeBytes - tailBytes, tailBytes).buffer);
  let end = tailBytes - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) {
    source.fail("it must end with a zip directory", "truncated; is the download complete?");
  }
  const endPosition = source.sizeBytes - tailBytes + end;
  const locator = end - WIDE_LOCATOR_BYTES;
  const isWide = locator >= 0 && tail.getUint32(locator, true) === WIDE_LOCATOR_SIGNATURE;
  if (!isWide) {
    const [sizeBytes, position] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
    return copyDirectory(source, position, sizeBytes, endPosition);
  }
  const widePosition = Number(tail.getBigUint64(locator + 8, true));
  const wide = new DataView(source.copy(widePosition, WIDE_END_BYTES).buffer);
  const [sizeBytes, position] = [40, 48].map((offset) => Number(wide.getBigUint64(offset, true)));
  return copyDirectory(source, position!, sizeBytes!, endPosition);
}

function copyDirectory(
  source: ByteSource,
  position: number,
  sizeBytes: number,
  endPosition: number,
): Uint8Array<ArrayBuffer> {
  if (position + sizeBytes <= endPosition) return source.copy(position, sizeBytes);
  return source.fail(`its zip directory must lie before byte ${endPosition}`, `at ${position}`);
}

/** @param bytes From the entry's first byte. */
function parseEntry(
  source: ByteSource,
  bytes: Uint8Array<ArrayBuffer>,
  nameBytes: number,
  extraBytes: number,
): ZipEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = new TextDecoder().decode(bytes.subarray(ENTRY_BYTES, ENTRY_BYTES + nameBytes));
  const extraStart = ENTRY_BYTES + nameBytes;
  const wide = readWideExtra(view, extraStart, Math.min(extraStart + extraBytes, bytes.length));
  // The wide extra holds, in this order, those that do not fit.
  const [sizeBytes, storedBytes, headerPosition] = [24, 20, 42].map((offset) => {
    const narrow = view.getUint32(offset, true);
    return narrow === BEYOND_32_BITS ? wide.shift() ?? narrow : narrow;
  }) as [number, number, number];
  const method = view.getUint16(10, true);
  const isDeflated = METHODS[method];
  if (isDeflated === undefined || (view.getUint16(8, true) & ENCRYPTED) !== 0) {
    const kind = isDeflated === undefined ? `method ${method}` : "encrypted";
    return source.fail(`${quoteText(name)} must be stored or deflated`, kind);
  }
  if (!isDeflated && sizeBytes !== storedBytes) {
    source.fail(
      `${quoteText(name)} must have one size as it is stored`,
      `${storedBytes} and ${sizeBytes}`,
    );
  }
  const crc32 = view.getUint32(16, true);
  return { name, sizeBytes, storedBytes, crc32, isDeflated, headerPosition };
}

function readWideExtra(view: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end;) {
    const [id, sizeBytes] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === WIDE_EXTRA && at + 4 + sizeBytes <= end) {
      return Array.from(
        { length: Math.floor(sizeBytes / 8) },
        (_, i) => Number(view.getBigUint64(at + 4 + i * 8, true)),
      );
    }
    at += 4 + sizeBytes;
  }
  return [];
}
