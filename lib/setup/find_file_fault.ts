/** Size and checksum that a downloaded file must have. */

import { createHash } from "node:crypto";
import { explainReadError } from "../file/read_file.ts";

/** What is known of a file. Not checked where nothing is. */
export interface FileFacts {
  readonly sizeBytes?: number | undefined;
  /** In hexadecimal digits: all 64, or the first of them where no more is published. */
  readonly sha256?: string | undefined;
  /** In hexadecimal digits. */
  readonly md5?: string | undefined;
}

/**
 * Compares a file with what is known of it.
 *
 * @returns The rule that it breaks and its value, `null` if it breaks none.
 * @throws {InputError} If the file cannot be read.
 */
export async function findFileFault(
  path: string,
  { sizeBytes, sha256, md5 }: FileFacts,
): Promise<string | null> {
  try {
    const { size } = await Deno.stat(path);
    if (sizeBytes !== undefined && size !== sizeBytes) {
      return `it must have ${sizeBytes} bytes: it has ${size}`;
    }
    if (sha256 !== undefined) return compare("SHA-256", sha256, await digest(path, "sha256"));
    return md5 === undefined ? null : compare("MD5", md5, await digest(path, "md5"));
  } catch (error) {
    throw explainReadError(error, path, "check file");
  }
}

function compare(name: string, wanted: string, actual: string): string | null {
  if (actual.startsWith(wanted)) return null;
  const rule = wanted.length === actual.length ? "be" : "begin with";
  return `its ${name} must ${rule} ${wanted}: it is ${actual}`;
}

async function digest(path: string, algorithm: "md5" | "sha256"): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash(algorithm);
  for await (const part of file.readable) hash.update(part);
  return hash.digest("hex");
}
