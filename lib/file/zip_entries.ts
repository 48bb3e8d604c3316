/**
 * The entries of a zip file, found by its directory at the end; their bytes stay in the file.
 *
 * Source: PKWARE's APPNOTE, sections 4.3 and 4.5.3 (files beyond 4 GB, which PyTorch's layout always allows for).
 */

import { InputError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import type { StorageLocation } from "./pytorch/stored_tensor.ts";
import { quoteText } from "./quote_text.ts";

const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const WIDE_LOCATOR_BYTES = 20;
const WIDE_LOCATOR_SIGNATURE = 0x07064b50;
const WIDE_END_BYTES = 56;
const ENTRY_BYTES = 46;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_BYTES = 30;
const WIDE_EXTRA = 1;
const LARGEST_COMMENT_BYTES = 0xffff;
const BEYOND_32_BITS = 0xffffffff;

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly sizeBytes: number;
  readonly headerPosition: number;
}

/**
 * Where the bytes of every entry are, by name.
 *
 * @throws {InputError} If the directory is missing or damaged, as in truncated files, or an entry is compressed.
 */
export function findZipEntries(source: ByteSource): Map<string, StorageLocation> {
  const directory = readDirectory(source);
  const view = new DataView(directory.buffer);
  const found = new Map<string, StorageLocation>();
  for (let at = 0; at < directory.length;) {
    if (at + ENTRY_BYTES > directory.length || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      fail(source, "its zip directory must be whole", `damaged at entry ${found.size}`);
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) =>
      view.getUint16(at + o, true)
    );
    const entry = parseEntry(directory.subarray(at), nameBytes!, extraBytes!);
    if (entry.method !== 0) {
      fail(source, `${quoteText(entry.name)} must be stored as torch.save does`, "compressed");
    }
    found.set(entry.name, { position: findData(source, entry), sizeBytes: entry.sizeBytes });
    at += ENTRY_BYTES + nameBytes! + extraBytes! + commentBytes!;
  }
  return found;
}

function readDirectory(source: ByteSource): Uint8Array<ArrayBuffer> {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + LARGEST_COMMENT_BYTES);
  const tail = new DataView(source.copy(source.sizeBytes - tailBytes, tailBytes).buffer);
  let end = tailBytes - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) {
    fail(source, "it must end with a zip directory", "truncated; is the download complete?");
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
  return fail(source, `its zip directory must lie before byte ${endPosition}`, `at ${position}`);
}

/** @param bytes From the entry's first byte. */
function parseEntry(
  bytes: Uint8Array<ArrayBuffer>,
  nameBytes: number,
  extraBytes: number,
): ZipEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = new TextDecoder().decode(bytes.subarray(ENTRY_BYTES, ENTRY_BYTES + nameBytes));
  const method = view.getUint16(10, true);
  const extraStart = ENTRY_BYTES + nameBytes;
  const wide = readWideExtra(view, extraStart, Math.min(extraStart + extraBytes, bytes.length));
  // The wide extra holds, in this order, those that do not fit.
  const [sizeBytes, , headerPosition] = [24, 20, 42].map((offset) => {
    const narrow = view.getUint32(offset, true);
    return narrow === BEYOND_32_BITS ? wide.shift() ?? narrow : narrow;
  });
  return { name, method, sizeBytes: sizeBytes!, headerPosition: headerPosition! };
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

/** The local header before the data has a name and an extra of its own. */
function findData(source: ByteSource, { name, headerPosition, sizeBytes }: ZipEntry): number {
  const local = new DataView(source.copy(headerPosition, LOCAL_BYTES).buffer);
  const position = headerPosition + LOCAL_BYTES + local.getUint16(26, true) +
    local.getUint16(28, true);
  if (position + sizeBytes <= source.sizeBytes) return position;
  return fail(
    source,
    `${quoteText(name)} must lie within the file`,
    `up to byte ${position + sizeBytes}`,
  );
}

function fail(source: ByteSource, rule: string, value: string): never {
  throw new InputError(`${source.path}: Cannot read weights as ${rule}: it is ${value}`);
}
