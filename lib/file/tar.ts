/**
 * Takes files out of a gzipped tar archive, such as TensorFlow's C archive, in one pass.
 *
 * Source: POSIX.1-1988 `ustar`, POSIX.1-2001 `pax` (paths and sizes alone), and GNU's long names and sizes of 8 GB and more. Why
 * no library: tar-stream, the one that is well kept, holds extended headers whole in memory, whatever size they claim, and
 * brings six packages; here they have a bound. What is no regular file is passed over.
 */

import { InputError } from "../errors.ts";
import { writeStream } from "./write_stream.ts";

const BLOCK_SIZE_BYTES = 512;
/** An extended header may have this many bytes; a path of Linux has 4,096. */
const LARGEST_EXTENSION_BYTES = 2 ** 16;

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
  let extension: Extension = {}; // of the next member
  try {
    for (;;) {
      const header = await bytes.read(BLOCK_SIZE_BYTES);
      if (header.every((byte) => byte === 0)) return written;
      checkHeader(header);
      const plain = parseHeader(header);
      const parse = EXTENSIONS[plain.type];
      if (parse) {
        extension = { ...extension, ...parse(await readExtension(bytes, plain.size)) };
        continue;
      }
      const { name, size, isFile } = { ...plain, ...extension };
      extension = {};
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

/** What an extended header says of the member behind it. */
interface Extension {
  readonly name?: string;
  readonly size?: number;
}

/** Extended headers by their type: GNU's long name, and pax. */
const EXTENSIONS: Readonly<Record<string, (content: Uint8Array) => Extension>> = {
  L: (content) => ({ name: decode(content).replace(/\0.*$/s, "") }),
  x: parsePax,
};

async function readExtension(bytes: ByteReader, size: number): Promise<Uint8Array> {
  if (size > LARGEST_EXTENSION_BYTES) {
    throw new RangeError("Cannot read archive as an extended header is too long");
  }
  const content = await bytes.read(size);
  await bytes.skip(-size & (BLOCK_SIZE_BYTES - 1));
  return content;
}

/** Records `<length> <keyword>=<value>\n`; the length counts all of the record's bytes. */
function parsePax(content: Uint8Array): Extension {
  const values: Record<string, string> = {};
  for (let at = 0; at < content.length;) {
    const length = Number(/^(\d+) /.exec(decode(content.subarray(at, at + 10)))?.[1]);
    if (!(length > 0)) throw new RangeError("Cannot read archive as a pax header is damaged");
    const [, key, value] =
      /^\d+ ([^=]+)=(.*)\n$/s.exec(decode(content.subarray(at, at + length))) ??
        [];
    if (key !== undefined) values[key] = value!;
    at += length;
  }
  const { path, size } = values;
  return {
    ...(path === undefined ? {} : { name: path }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The checksum is the sum of the header's bytes, with spaces in its own place. */
function checkHeader(header: Uint8Array): void {
  const expected = parseSize(header.subarray(148, 156));
  const sum = header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (sum !== expected) throw new RangeError("Cannot read archive as a header is damaged");
}

function parseHeader(header: Uint8Array) {
  const text = (start: number, size: number) =>
    decode(header.subarray(start, start + size)).replace(/\0.*$/s, "");
  const prefix = text(345, 155);
  const type = text(156, 1);
  return {
    name: (prefix && text(257, 5) === "ustar" ? `${prefix}/` : "") + text(0, 100),
    size: parseSize(header.subarray(124, 136)),
    type,
    isFile: type === "" || type === "0",
  };
}

/** Octal digits, or GNU's big-endian number for files of 8 GB and more. */
function parseSize(field: Uint8Array): number {
  if ((field[0]! & 0x80) === 0) return parseInt(decode(field), 8) || 0;
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
