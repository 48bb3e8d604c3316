/** The bytes of one entry of a zip file, unfolded: as a stream, in memory, or as a file. */

import { crc32 } from "node:zlib";
import { InputError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { quoteText } from "./quote_text.ts";
import { writeStream } from "./write_stream.ts";
import { findEntryData, type ZipEntry } from "./zip.ts";

/** An entry may unfold in memory to this many bytes, whatever it takes in the file. */
const FREE_BYTES = 2 ** 28;
/** Beyond that, to this many times its stored bytes; deflate reaches 1,032. */
const LARGEST_RATIO = 100;

/**
 * Unfolds an entry in memory.
 *
 * @throws {InputError} Before anything is unfolded, if its size is out of proportion; or if the entry is damaged.
 */
export async function copyEntry(
  source: ByteSource,
  entry: ZipEntry,
): Promise<Uint8Array<ArrayBuffer>> {
  const limit = Math.max(FREE_BYTES, LARGEST_RATIO * entry.storedBytes);
  if (entry.sizeBytes > limit) {
    source.fail(
      `${quoteText(entry.name)} must unfold to at most ${limit} bytes`,
      `${entry.storedBytes} bytes that unfold to ${entry.sizeBytes}`,
    );
  }
  const bytes = new Uint8Array(entry.sizeBytes);
  let at = 0;
  for await (const part of unfoldEntry(source, entry)) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Bytes that are checked at a time. */
const PART_BYTES = 2 ** 20;

/**
 * Compares an entry that is stored as it is with its checksum.
 *
 * @throws {InputError} If it is damaged.
 */
export function checkStoredEntry(source: ByteSource, entry: ZipEntry): void {
  const position = findEntryData(source, entry);
  let checksum = 0;
  for (let at = 0; at < entry.sizeBytes; at += PART_BYTES) {
    const count = Math.min(PART_BYTES, entry.sizeBytes - at);
    checksum = crc32(source.copy(position + at, count), checksum);
  }
  if (checksum !== entry.crc32) failEntry(source, entry, "its checksum differs");
}

/**
 * Writes an entry to a file, as a stream; the file appears whole or not at all.
 *
 * @param onBytes Called with the bytes written so far.
 * @throws {InputError} If the entry is damaged, or the target cannot be written.
 */
export async function extractEntry(
  source: ByteSource,
  entry: ZipEntry,
  targetPath: string,
  onBytes: (count: number) => void = () => {},
): Promise<void> {
  let count = 0;
  const content = ReadableStream.from(unfoldEntry(source, entry));
  await writeStream(content, targetPath, (part) => onBytes(count += part.length));
}

/** Yields parts; never more bytes than the directory says, and an error at the end if they are not those it means. */
async function* unfoldEntry(
  source: ByteSource,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const stored = source.stream(findEntryData(source, entry), entry.storedBytes);
  const content = entry.isDeflated
    ? stored.pipeThrough(new DecompressionStream("deflate-raw"))
    : stored;
  let [count, checksum] = [0, 0];
  try {
    for await (const part of content) {
      count += part.length;
      if (count > entry.sizeBytes) failEntry(source, entry, "it goes on");
      checksum = crc32(part, checksum);
      yield part;
    }
  } catch (error) {
    throw error instanceof TypeError ? describeDamage(source, entry, "it is damaged") : error;
  }
  if (count < entry.sizeBytes) failEntry(source, entry, `it ends after ${count}`);
  if (checksum !== entry.crc32) failEntry(source, entry, "its checksum differs");
}

function failEntry(source: ByteSource, entry: ZipEntry, value: string): never {
  throw describeDamage(source, entry, value);
}

function describeDamage(source: ByteSource, entry: ZipEntry, value: string): InputError {
  return new InputError(
    `${source.path}: Cannot ${source.action} as ${quoteText(entry.name)} must be whole, ` +
      `${entry.sizeBytes} bytes: ${value}`,
  );
}
