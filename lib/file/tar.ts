/**
 * Takes files out of a gzipped tar archive, such as TensorFlow's C archive, in one pass.
 *
 * Source: POSIX.1-1988 `ustar`, and GNU's sizes of 8 GB and more. Why no library: tar-stream, the one that is well kept, holds
 * extended headers whole in memory, whatever size they claim, and brings six packages; here a header is 512 bytes, and
 * everything that is not a regular file with a short name is passed over.
 */

import { InputError } from "../errors.ts";
import { writeStream } from "./write_stream.ts";

const BLOCK_SIZE_BYTES = 512;

/**
 * Writes the regular files of an archive that `chooseTarget` wants; each appears whole or not at all.
 *
 * @param path A `.tar.gz` file.
 * @param chooseTarget Path to write a member to, by its name; null leaves it out.
 * @returns The paths that were written.
 * @throws {InputError} If the archive is damaged or cut off, or a target cannot be written.
 */
export async function extractTarGz(
  path: string,
  chooseTarget: (name: string) => string | null,
): Promise<string[]> {
  using file = await Deno.open(path);
  const bytes = new ByteReader(file.readable.pipeThrough(new DecompressionStream("gzip")));
  const written: string[] = [];
  try {
    for (;;) {
      const header = await bytes.read(BLOCK_SIZE_BYTES);
      if (header.every((byte) => byte === 0)) return written;
      checkHeader(header);
      const { name, size, isFile } = parseHeader(header);
      const target = isFile ? chooseTarget(name) : null;
      if (target === null) await bytes.skip(size);
      else {
        await writeStream(bytes.stream(size), target);
        written.push(target);
      }
      await bytes.skip(-size & (BLOCK_SIZE_BYTES - 1)); // members fill blocks
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${path}: Cannot read archive as it must be a whole .tar.gz file: it is not`,
    );
  } finally {
    await bytes.cancel();
  }
}

/** The checksum is the sum of the header's bytes, with spaces in its own place. */
function checkHeader(header: Uint8Array): void {
  const expected = parseSize(header.subarray(148, 156));
  const sum = header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (sum !== expected) throw new RangeError("Cannot read archive as a header is damaged");
}

function parseHeader(header: Uint8Array) {
  const text = (start: number, size: number) =>
    new TextDecoder().decode(header.subarray(start, start + size)).replace(/\0.*$/s, "");
  const prefix = text(345, 155);
  const type = text(156, 1);
  return {
    name: (prefix && text(257, 5) === "ustar" ? `${prefix}/` : "") + text(0, 100),
    size: parseSize(header.subarray(124, 136)),
    isFile: type === "" || type === "0",
  };
}

/** Octal digits, or GNU's big-endian number for files of 8 GB and more. */
function parseSize(field: Uint8Array): number {
  if ((field[0]! & 0x80) === 0) return parseInt(new TextDecoder().decode(field), 8) || 0;
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
}

/** Reads a stream by counts of bytes. */
class ByteReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  private rest = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.reader = stream.getReader();
  }

  async read(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    for (let count = 0; count < size;) {
      const chunk = await this.take(size - count);
      bytes.set(chunk, count);
      count += chunk.length;
    }
    return bytes;
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0;) left -= (await this.take(left)).length;
  }

  stream(size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    let left = size;
    return new ReadableStream({
      pull: async (controller) => {
        if (left === 0) return controller.close();
        const chunk = await this.take(left);
        left -= chunk.length;
        controller.enqueue(chunk);
      },
    });
  }

  async cancel(): Promise<void> {
    await this.reader.cancel().catch(() => {}); // a damaged stream has failed already
  }

  /** At most `limit` bytes, at least one. */
  private async take(limit: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.rest.length === 0) {
      const { done, value } = await this.reader.read();
      if (done) throw new RangeError("Cannot read archive as it must go on: it ends");
      this.rest = value;
    }
    const chunk = this.rest.subarray(0, limit);
    this.rest = this.rest.subarray(chunk.length);
    return chunk;
  }
}
