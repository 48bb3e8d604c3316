/** Fetches published files into the data root: downloads, checks, unpacks once; says what only a person can do. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { doesExist } from "../file/does_exist.ts";
import { downloadFile } from "./download.ts";
import { findFileFault } from "./find_file_fault.ts";
import type { PublishedDownload, PublishedSource } from "./published_source.ts";
import { unpackArchive } from "./unpack_archive.ts";

/** Archives are downloaded to this folder of the data root, and removed once they are unpacked. */
const DOWNLOADS = ".fetch";
/** Unpacked files are told in steps of so many. */
const SHOWN_FILES = 1000;

/** How to fetch. */
export interface FetchFileOptions {
  readonly dataRoot: string;
  /** Stands in for the network in tests. @default fetch */
  readonly fetch?: typeof fetch;
  /** Called with what is going on and how far it is; `total` is null where nobody knows. */
  readonly onProgress?: (note: string, done: number, total: number | null) => void;
}

/** What was done about a file. */
export interface FetchedFile {
  /** The file, or the folder that its archive was unpacked to. */
  readonly path: string;
  /** Its address; `null` if it was here. */
  readonly url: string | null;
}

/** Where a file or what is in it goes. */
export function targetOf(
  { fileName, folder, unpack }: PublishedDownload,
  dataRoot: string,
): string {
  return join(dataRoot, folder, unpack ?? fileName);
}

/**
 * Fetches a file of a source. What is here is checked and not fetched again; an archive that somebody put into the folder is
 * checked, unpacked and left there.
 *
 * @throws {InputError} If the file cannot be had: what to put where by hand. If what is here is another than the published
 * file.
 */
export async function fetchFile(
  source: PublishedSource,
  file: PublishedDownload,
  options: FetchFileOptions,
): Promise<FetchedFile> {
  const { dataRoot, onProgress = () => {} } = options;
  const folder = join(dataRoot, file.folder);
  const path = targetOf(file, dataRoot);
  if (file.unpack === undefined) {
    if (await isHere(path, file)) return { path, url: null };
    return { path, url: await downloadFirst(source, file, path, options) };
  }
  if (await doesExist(path)) return { path, url: null };
  const onFile = (count: number) => {
    if (count % SHOWN_FILES === 0) onProgress(`files of ${file.fileName}`, count, null);
  };
  const given = join(folder, file.fileName);
  if (await isHere(given, file)) {
    await unpackArchive(given, path, onFile);
    return { path, url: null };
  }
  const archive = join(dataRoot, DOWNLOADS, file.fileName);
  const url = await doesExist(archive) ? null : await downloadFirst(source, file, archive, options);
  await unpackArchive(archive, path, onFile);
  await Deno.remove(archive);
  await Deno.remove(join(dataRoot, DOWNLOADS)).catch(() => {}); // another download is in it
  return { path, url };
}

/** Whether a file is here, and the published one. */
async function isHere(path: string, file: PublishedDownload): Promise<boolean> {
  if (!await doesExist(path)) return false;
  const fault = await findFileFault(path, file);
  if (fault === null) return true;
  throw new InputError(
    `${path}: Cannot use file as ${fault}; is it whole? Remove it, and run the same command to fetch it`,
  );
}

/** Downloads from the first address that has the file, and returns it. */
async function downloadFirst(
  source: PublishedSource,
  file: PublishedDownload,
  path: string,
  { dataRoot, fetch, onProgress = () => {} }: FetchFileOptions,
): Promise<string> {
  const failures: InputError[] = [];
  for (const { url } of file.addresses) {
    try {
      await downloadFile({ ...file, url }, path, {
        fetch,
        onBytes: (count, total) =>
          onProgress(`MB of ${file.fileName}`, toMegabytes(count), total && toMegabytes(total)),
      });
      return url;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(error);
    }
  }
  const reason = failures.length === 0
    ? `only a person can`
    : `one address must have it: ${failures.map(({ message }) => message).join("; ")}`;
  throw new InputError(
    `${source.title}: Cannot fetch ${file.fileName} as ${reason}. ${
      describeByHand(source, file, dataRoot)
    }`,
    { cause: failures.find(({ cause }) => cause)?.cause },
  );
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

/** What a person does without a network: one line. */
export function describeByHand(
  { byHand }: PublishedSource,
  file: PublishedDownload,
  dataRoot: string,
): string {
  const { sizeBytes, sha256, md5 } = file;
  const facts = [
    ...(sizeBytes === undefined ? [] : [`${sizeBytes} bytes`]),
    ...(sha256 === undefined ? [] : [`SHA-256 ${sha256}${sha256.length < 64 ? "..." : ""}`]),
    ...(md5 === undefined ? [] : [`MD5 ${md5}`]),
  ];
  const known = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  return `By hand: put ${file.fileName}${known} into ${
    join(dataRoot, file.folder)
  } and run the same command; ${byHand}`;
}
