/**
 * `manifest.csv` in a dataset's folder: one line per image, with the hash of its bytes. It is written last, so a
 * dataset that has one was converted to the end; its own hash is the data hash of every result row.
 */

import { compareText } from "../file/compare_text.ts";
import { basename, join } from "@std/path";
import { stringify } from "@std/csv";
import { makeFolder, removeTemporaryFiles, writeFileAtomic } from "../file/atomic_write.ts";
import { type CsvRecord, parseCsvRecords } from "../file/csv_records.ts";
import { withFileLock } from "../file/file_lock.ts";
import { hashBytes } from "../file/hash.ts";
import { quoteText } from "../file/quote_text.ts";
import { readBytesIfThere } from "../file/read_file.ts";
import { InputError } from "../errors.ts";
import { SPLIT_ORDER } from "./counts.ts";
import { checkListed } from "./original.ts";
import type { Split } from "./record.ts";

/** One image. */
export interface ManifestRow {
  /** Where the image is used. */
  readonly split: Split;
  /** Class as published. */
  readonly classId: string;
  /** Below the dataset's folder, with `/`. */
  readonly imagePath: string;
  /** Pixels as stored, EXIF orientation ignored. */
  readonly width: number;
  /** Pixels as stored, EXIF orientation ignored. */
  readonly height: number;
  /** Size of the file. */
  readonly sizeBytes: number;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/** A manifest as it was read. */
export interface Manifest {
  /** Sorted by split, class and path. */
  readonly rows: readonly ManifestRow[];
  /** SHA-256 of the file, hexadecimal. */
  readonly hash: string;
}

const COLUMNS = ["split", "class_id", "image_path", "width", "height", "size_bytes", "sha256"];

/** Characters of a row in an error: more than most have. */
const LONGEST_ROW = 400;

/** Path of a dataset's manifest. */
export function manifestPath(folder: string): string {
  return join(folder, "manifest.csv");
}

/** Order of manifests and records: by split (`SPLIT_ORDER`), then class, then path, each by code units. */
export function compareRows(
  a: Pick<ManifestRow, "split" | "classId" | "imagePath">,
  b: Pick<ManifestRow, "split" | "classId" | "imagePath">,
): number {
  return SPLIT_ORDER.indexOf(a.split) - SPLIT_ORDER.indexOf(b.split) ||
    compareText(a.classId, b.classId) || compareText(a.imagePath, b.imagePath);
}

/** The text of a manifest; rows are sorted here. */
export function formatManifest(rows: readonly ManifestRow[]): string {
  const records = rows.toSorted(compareRows).map((row) => ({
    split: row.split,
    class_id: row.classId,
    image_path: row.imagePath,
    width: row.width,
    height: row.height,
    size_bytes: row.sizeBytes,
    sha256: row.sha256,
  }));
  return stringify(records, { columns: COLUMNS });
}

/**
 * Parses a manifest.
 *
 * @param text Whole file.
 * @param path Where it came from; only used in errors.
 * @throws {InputError} With `path:line`, if the header or a row is wrong.
 */
export function parseManifest(text: string, path: string): ManifestRow[] {
  return parseLines(text, path).map(({ row }) => row);
}

function parseLines(text: string, path: string) {
  const [header, ...records] = splitRecords(text, path);
  if (header?.fields.join(",") !== COLUMNS.join(",")) {
    throw new InputError(
      `${path}:1: Cannot accept manifest as its header must be "${COLUMNS.join(",")}": ` +
        `it is ${quoteText(header?.fields.join(",") ?? "")}`,
    );
  }
  return records.map(({ fields, line }) => ({ row: parseRow(fields, `${path}:${line}`), line }));
}

/** Manifests are long, and few have a quote: a class may be called anything that a folder can be. */
function splitRecords(text: string, path: string): CsvRecord[] {
  if (text.includes('"')) return parseCsvRecords(text, path);
  return text.trimEnd().split(/\r?\n/).map((line, i) => ({ fields: line.split(","), line: i + 1 }));
}

function parseRow(fields: readonly string[], at: string): ManifestRow {
  const [split, classId, imagePath, width, height, sizeBytes, sha256, ...extra] = fields;
  const knownSplit = SPLIT_ORDER.find((name) => name === split);
  const numbers = [width, height, sizeBytes].map((text) =>
    /^\d{1,15}$/.test(text ?? "") ? Number(text) : 0
  );
  const isWhole = knownSplit && classId && imagePath && isBelow(imagePath) &&
    numbers.every((x) => x >= 1) &&
    /^[0-9a-f]{64}$/.test(sha256 ?? "") && extra.length === 0;
  if (!isWhole) {
    throw new InputError(
      `${at}: Cannot parse row as it must be "${COLUMNS.join(",")}": it is ${
        quoteText(fields.join(","), LONGEST_ROW)
      }`,
    );
  }
  const [w, h, size] = numbers as [number, number, number];
  return {
    split: knownSplit,
    classId,
    imagePath,
    width: w,
    height: h,
    sizeBytes: size,
    sha256: sha256!,
  };
}

/** Whether a path stays below the dataset's folder: what a manifest lists is read, and may be removed. */
function isBelow(imagePath: string): boolean {
  return imagePath.split(/[\\/]/).every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * Writes a dataset's manifest, atomically, and removes what killed writers left. Only for who holds its lock.
 *
 * @throws {InputError} If the folder cannot be written.
 */
export async function writeManifest(folder: string, rows: readonly ManifestRow[]): Promise<void> {
  await removeTemporaryFiles(folder, basename(manifestPath(folder)));
  await writeFileAtomic(manifestPath(folder), formatManifest(rows));
}

/**
 * Runs `action` while no other process makes the files that the manifest of a folder lists.
 *
 * @throws {InputError} If the folder cannot be made or written.
 */
export async function withManifestLock<T>(folder: string, action: () => Promise<T>): Promise<T> {
  await makeFolder(folder);
  return await withFileLock(manifestPath(folder), action);
}

/**
 * Reads a dataset's manifest.
 *
 * @returns `null` if there is none.
 * @throws {InputError} With `path:line`, if it is damaged.
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const read = await readLines(folder);
  return read && { rows: read.lines.map(({ row }) => row), hash: read.hash };
}

/**
 * The same of a published dataset, whose images are listed once and whose classes either train or are evaluated.
 *
 * @throws {InputError} With `path:line`, if it is damaged or breaks such a rule.
 */
export async function readPublishedManifest(folder: string): Promise<Manifest | null> {
  const read = await readLines(folder);
  if (!read) return null;
  const rows = read.lines.map(({ row }) => row);
  checkListed(rows, (i) => `${manifestPath(folder)}:${read.lines[i]!.line}`);
  return { rows, hash: read.hash };
}

async function readLines(folder: string) {
  const path = manifestPath(folder);
  const bytes = await readBytesIfThere(path, "read manifest");
  return bytes && {
    lines: parseLines(new TextDecoder().decode(bytes), path),
    hash: hashBytes(bytes),
  };
}

/** SHA-256 (hexadecimal) of a dataset's manifest, or `null` if there is none. */
export async function hashManifest(folder: string): Promise<string | null> {
  const bytes = await readBytesIfThere(manifestPath(folder), "read manifest");
  return bytes && hashBytes(bytes);
}
