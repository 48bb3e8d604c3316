/** Takes single members out of a zip file, such as a Python wheel, without reading the rest of it. */

import { crc32 } from "node:zlib";
import { InputError } from "../errors.ts";
import { readExactly } from "./read_exactly.ts";
import { writeStream } from "./write_stream.ts";

/** One file in a zip file. */
export interface ZipMember {
  readonly name: string;
  readonly sizeBytes: number;
  readonly compressedSizeBytes: number;
  readonly crc32: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** Of its local header, from the start of the file. */
  readonly offsetBytes: number;
}

// Signatures and sizes of PKWARE's APPNOTE.TXT.
const END = 0x06054b50;
const END_SIZE_BYTES = 22;
const LARGEST_COMMENT_BYTES = 65535;
const LARGE_LOCATOR = 0x07064b50;
const LARGE_LOCATOR_SIZE_BYTES = 20;
const LARGE_END_SIZE_BYTES = 56;
const ENTRY = 0x02014b50;
const ENTRY_SIZE_BYTES = 46;
const LOCAL_HEADER_SIZE_BYTES = 30;
const LARGE_EXTRA = 1;
const LARGE = 0xffffffff; // the number is in the extra field, as it has more than 32 bits

/**
 * Lists what a zip file holds, also one of more than 4 GB.
 *
 * @throws {InputError} If the file is no zip file, or is cut off.
 */
export async function listZip(path: string): Promise<ZipMember[]> {
  using file = await Deno.open(path);
  const { offset, size } = await findDirectory(file, path);
  const directory = await readExactly(file, path, offset, size);
  const members: ZipMember[] = [];
  for (let at = 0; at + ENTRY_SIZE_BYTES <= directory.byteLength;) {
    if (directory.getUint32(at, true) !== ENTRY) break;
    const [nameSize, extraSize, commentSize] = [28, 30, 32]
      .map((field) => directory.getUint16(at + field, true)) as [number, number, number];
    members.push(parseEntry(directory, at, nameSize, extraSize));
    at += ENTRY_SIZE_BYTES + nameSize + extraSize + commentSize;
  }
  return members;
}

/**
 * Writes one member to a file, as a stream; the file appears whole or not at all.
 *
 * @param onBytes Called with the bytes written so far.
 * @throws {InputError} If the member is damaged, or the target cannot be written.
 */
export async function extractMember(
  path: string,
  member: ZipMember,
  targetPath: string,
  onBytes: (count: number) => void = () => {},
): Promise<void> {
  using file = await Deno.open(path);
  const local = await readExactly(file, path, member.offsetBytes, LOCAL_HEADER_SIZE_BYTES);
  const headerSize = LOCAL_HEADER_SIZE_BYTES + local.getUint16(26, true) +
    local.getUint16(28, true);
  await file.seek(member.offsetBytes + headerSize, Deno.SeekMode.Start);
  const stored = file.readable.pipeThrough(takeBytes(member.compressedSizeBytes));
  const content = member.method === 8
    ? stored.pipeThrough(new DecompressionStream("deflate-raw"))
    : stored;
  let [checksum, count] = [0, 0];
  await writeStream(content, targetPath, (chunk) => {
    checksum = crc32(chunk, checksum);
    count += chunk.length;
    onBytes(count);
  }, () => {
    if (count === member.sizeBytes && checksum === member.crc32) return;
    throw new InputError(
      `${path}: Cannot unpack ${member.name} as its checksum must match: it does not`,
    );
  }).catch((error) => {
    if (error instanceof InputError || !(error instanceof TypeError)) throw error;
    throw new InputError(
      `${path}: Cannot unpack ${member.name} as it must be whole: it is damaged`,
    );
  });
}

async function findDirectory(
  file: Deno.FsFile,
  path: string,
): Promise<{ readonly offset: number; readonly size: number }> {
  const fileSize = (await file.stat()).size;
  const tailSize = Math.min(fileSize, END_SIZE_BYTES + LARGEST_COMMENT_BYTES);
  const tail = await readExactly(file, path, fileSize - tailSize, tailSize);
  for (let at = tailSize - END_SIZE_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    const locatorAt = at - LARGE_LOCATOR_SIZE_BYTES;
    const isLarge = locatorAt >= 0 && tail.getUint32(locatorAt, true) === LARGE_LOCATOR;
    if (!isLarge) {
      return { size: tail.getUint32(at + 12, true), offset: tail.getUint32(at + 16, true) };
    }
    const endOffset = Number(tail.getBigUint64(locatorAt + 8, true));
    const end = await readExactly(file, path, endOffset, LARGE_END_SIZE_BYTES);
    return {
      size: Number(end.getBigUint64(40, true)),
      offset: Number(end.getBigUint64(48, true)),
    };
  }
  throw new InputError(
    `${path}: Cannot read zip file as it must end with its directory: it does not; is the download complete?`,
  );
}

function parseEntry(view: DataView, at: number, nameSize: number, extraSize: number): ZipMember {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at + ENTRY_SIZE_BYTES, nameSize);
  const large = findLargeExtra(view, at + ENTRY_SIZE_BYTES + nameSize, extraSize);
  // The extra field has only the numbers that do not fit, in this order.
  const [sizeBytes, compressedSizeBytes, offsetBytes] = [24, 20, 42].map((field) => {
    const value = view.getUint32(at + field, true);
    return value === LARGE && large.length > 0 ? large.shift()! : value;
  }) as [number, number, number];
  return {
    name: new TextDecoder().decode(bytes),
    sizeBytes,
    compressedSizeBytes,
    offsetBytes,
    crc32: view.getUint32(at + 16, true),
    method: view.getUint16(at + 10, true),
  };
}

function findLargeExtra(view: DataView, start: number, size: number): number[] {
  for (let at = start; at + 4 <= start + size;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === LARGE_EXTRA) {
      return Array.from(
        { length: Math.floor(length / 8) },
        (_, i) => Number(view.getBigUint64(at + 4 + 8 * i, true)),
      );
    }
    at += 4 + length;
  }
  return [];
}

function takeBytes(
  limit: number,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let left = limit;
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk.length <= left ? chunk : chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
      if (left === 0) controller.terminate();
    },
  });
}
