/** Reads a part of a file, whole. */

import { InputError } from "../errors.ts";

/**
 * Reads `size` bytes from `offset`.
 *
 * @param path The file's, for the message.
 * @throws {InputError} If the file ends before them.
 */
export async function readExactly(
  file: Deno.FsFile,
  path: string,
  offset: number,
  size: number,
): Promise<DataView> {
  const bytes = new Uint8Array(size);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let count = 0; count < size;) {
    const read = await file.read(bytes.subarray(count));
    if (read === null) {
      throw new InputError(
        `${path}: Cannot read file as it must have ${offset + size} bytes: it has ${
          offset + count
        }; ` +
          "is the download complete?",
      );
    }
    count += read;
  }
  return new DataView(bytes.buffer);
}
