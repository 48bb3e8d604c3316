/** The one hash of this project: SHA-256, in hexadecimal digits. */

import { createHash } from "node:crypto";
import { explainReadError, requireRegularFile } from "./read_file.ts";

/** SHA-256 (hexadecimal) of bytes, or of a text as UTF-8. */
export function hashBytes(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The same beside the main thread: for bytes that come faster than one thread could hash them. */
export async function hashBytesAside(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
}

/**
 * SHA-256 (hexadecimal) of a file, however large.
 *
 * @param action What the file is wanted for, for errors. @default {"hash file"}
 * @throws {InputError} If it does not exist, is no regular file, or cannot be read.
 */
export async function hashFile(path: string, action = "hash file"): Promise<string> {
  await requireRegularFile(path, action);
  try {
    using file = await Deno.open(path);
    const hash = createHash("sha256");
    for await (const part of file.readable) hash.update(part);
    return hash.digest("hex");
  } catch (error) {
    throw explainReadError(error, path, action);
  }
}
