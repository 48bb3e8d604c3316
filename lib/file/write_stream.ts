/** Large files appear whole or not at all. */

import { dirname } from "@std/path";
import { explainWriteError } from "./atomic_write.ts";

/**
 * Writes a stream to `<path>.part` and renames it at the end; makes the folder.
 *
 * @param onChunk Called with each chunk, before it is written.
 * @throws {InputError} If the file cannot be written. What the stream throws keeps the file from appearing.
 */
export async function writeStream(
  content: ReadableStream<Uint8Array<ArrayBuffer>>,
  path: string,
  onChunk: (chunk: Uint8Array<ArrayBuffer>) => void = () => {},
): Promise<void> {
  const partPath = `${path}.part`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    {
      using file = await Deno.open(partPath, { write: true, create: true, truncate: true });
      for await (const chunk of content) {
        onChunk(chunk);
        await writeAll(file, chunk);
      }
      await file.sync();
    }
    await Deno.rename(partPath, path);
  } catch (error) {
    await content.cancel().catch(() => {}); // it failed, or ended
    await Deno.remove(partPath).catch(() => {}); // never created
    throw explainWriteError(error, path);
  }
}

/** Writes all bytes of a chunk. */
export async function writeAll(file: Deno.FsFile, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length;) offset += await file.write(chunk.subarray(offset));
}
