/** Downloads large files: what an interrupted download left is continued, and what arrived is checked. */

import { dirname } from "@std/path";
import { explainWriteError } from "../file/atomic_write.ts";
import { hashFile } from "../file/hash.ts";
import { InputError } from "../errors.ts";
import { writeAll } from "../file/write_stream.ts";

/** What to download. */
export interface Download {
  readonly url: string;
  /** Of the whole file, in hexadecimal digits. Not checked where the index gives none. */
  readonly sha256?: string | undefined;
}

/** How to download. */
export interface DownloadOptions {
  /** Stands in for the network in tests. @default fetch */
  readonly fetch?: typeof fetch;
  /** Called with the bytes that are there and the bytes of the whole file; null if the server does not say. */
  readonly onBytes?: (count: number, total: number | null) => void;
}

/**
 * Downloads a file to `path`, by way of `<path>.part`, which the next call continues if this one is interrupted.
 *
 * @throws {InputError} If the server does not answer or answers with an error, the file is cut off, its hash is another, or
 * it cannot be written.
 */
export async function downloadFile(
  { url, sha256 }: Download,
  path: string,
  { fetch: fetchUrl = fetch, onBytes = () => {} }: DownloadOptions = {},
): Promise<void> {
  const partPath = `${path}.part`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await fetchRest(url, partPath, fetchUrl, onBytes);
    if (sha256 !== undefined) await checkHash(url, partPath, sha256);
    await Deno.rename(partPath, path);
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

async function fetchRest(
  url: string,
  partPath: string,
  fetchUrl: typeof fetch,
  onBytes: NonNullable<DownloadOptions["onBytes"]>,
): Promise<void> {
  using file = await Deno.open(partPath, { write: true, create: true });
  const present = (await file.stat()).size;
  const headers: HeadersInit = present > 0 ? { range: `bytes=${present}-` } : {};
  const response = await request(url, fetchUrl, headers);
  const isWhole = response.status === 416; // nothing after what is there
  const start = response.status === 206 ? present : isWhole ? present : 0;
  if (!isWhole && !response.ok) throw refused(url, `it answers ${response.status}`);
  await file.seek(start, Deno.SeekMode.Start);
  await file.truncate(start);
  const length = response.headers.get("content-length");
  const total = length === null || isWhole ? null : start + Number(length);
  let count = start;
  for await (const chunk of isWhole ? [] : readBody(url, response)) {
    await writeAll(file, chunk);
    onBytes(count += chunk.length, total);
  }
  await file.sync();
  if (total === null || count === total) return;
  throw new InputError(
    `${url}: Cannot use download as it must have ${total} bytes: it has ${count}; run again to continue`,
  );
}

/**
 * Asks a server.
 *
 * @throws {InputError} If it does not answer.
 */
export async function request(
  url: string,
  fetchUrl: typeof fetch,
  headers: HeadersInit = {},
): Promise<Response> {
  try {
    return await fetchUrl(url, { headers });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw refused(url, `Deno may not ask it: pass --allow-net=${new URL(url).host}`);
    }
    throw refused(url, `it does not (${(error as Error).message.split("\n")[0]})`);
  }
}

async function* readBody(url: string, response: Response): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (error) {
    throw refused(url, `it stops (${(error as Error).message}); run again to continue`);
  }
}

/** The error for a server that does not give what it should. */
export function refused(url: string, reason: string): InputError {
  return new InputError(`${url}: Cannot download as the server must answer: ${reason}`);
}

async function checkHash(url: string, path: string, sha256: string): Promise<void> {
  const actual = await hashFile(path);
  if (actual === sha256) return;
  await Deno.remove(path); // continuing it could not help
  throw new InputError(
    `${url}: Cannot use download as its SHA-256 must be ${sha256}: it is ${actual}; it was removed`,
  );
}
