/** Downloads large files: what an interrupted download left is continued, and what arrived is checked. */

import { dirname } from "@std/path";
import { explainWriteError } from "../file/atomic_write.ts";
import { InputError } from "../errors.ts";
import { writeAll } from "../file/write_stream.ts";
import { type FileFacts, findFileFault } from "./find_file_fault.ts";
import { refused, request } from "./request.ts";

/** What to download. */
export interface Download extends FileFacts {
  readonly url: string;
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
 * @throws {InputError} If the server does not answer or answers with an error, the file is cut off, has another size or
 * another checksum, or it cannot be written.
 */
export async function downloadFile(
  download: Download,
  path: string,
  { fetch: fetchUrl = fetch, onBytes = () => {} }: DownloadOptions = {},
): Promise<void> {
  const partPath = `${path}.part`;
  try {
    await fetchRest(download, partPath, fetchUrl, onBytes);
    const fault = await findFileFault(partPath, download);
    if (fault !== null) {
      await Deno.remove(partPath); // continuing it could not help
      throw new InputError(
        `${download.url}: Cannot use download as ${fault}; it was removed`,
      );
    }
    await Deno.rename(partPath, path);
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** A part that has all bytes already is left as it is; its checksum decides. Nothing is made before the server has answered. */
async function fetchRest(
  { url, sizeBytes }: Download,
  partPath: string,
  fetchUrl: typeof fetch,
  onBytes: NonNullable<DownloadOptions["onBytes"]>,
): Promise<void> {
  const present = await readSize(partPath);
  if (sizeBytes !== undefined && present >= sizeBytes) return;
  const headers: HeadersInit = present > 0 ? { range: `bytes=${present}-` } : {};
  const response = await request(url, fetchUrl, headers);
  try {
    if (response.status === 416) return; // nothing after what is there
    const start = findStart(url, response, present);
    const length = response.headers.get("content-length");
    const total = length === null ? null : start + Number(length);
    checkTotal(url, total, sizeBytes);
    await Deno.mkdir(dirname(partPath), { recursive: true });
    using file = await Deno.open(partPath, { write: true, create: true });
    await file.seek(start, Deno.SeekMode.Start);
    await file.truncate(start);
    const expected = sizeBytes ?? total;
    let count = start;
    for await (const chunk of readBody(url, response)) {
      if (count + chunk.length > (expected ?? Infinity)) {
        checkTotal(url, count + chunk.length, expected!);
      }
      await writeAll(file, chunk);
      onBytes(count += chunk.length, expected);
    }
    await file.sync();
    if (count === (expected ?? count)) return;
    throw new InputError(
      `${url}: Cannot use download as it must have ${expected} bytes: it has ${count}; run again to continue`,
    );
  } finally {
    await response.body?.cancel().catch(() => {}); // read to its end, or failed
  }
}

async function readSize(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Where the answer's first byte belongs: the end of what is there, or the beginning where the server knows no ranges. */
function findStart(url: string, response: Response, present: number): number {
  if (!response.ok) throw refused(url, `it answers ${response.status}`);
  if (response.status !== 206) return 0;
  const range = response.headers.get("content-range");
  const start = range === null ? present : Number(range.match(/^bytes (\d+)-/)?.[1]);
  if (start === present) return start;
  throw refused(url, `it was asked for bytes from ${present} on and sends "${range}"`);
}

function checkTotal(url: string, total: number | null, sizeBytes: number | undefined): void {
  if (total === null || sizeBytes === undefined || total === sizeBytes) return;
  throw new InputError(
    `${url}: Cannot use download as it must have ${sizeBytes} bytes: the server sends ${total}`,
  );
}

async function* readBody(url: string, response: Response): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (error) {
    throw refused(url, `it stops (${(error as Error).message}); run again to continue`);
  }
}
