/** Embeddings and labels that were made anywhere, from files. */

import { extname } from "@std/path";
import { InputError } from "../errors.ts";
import { ByteSource } from "../file/byte_source.ts";
import { decodeText } from "../file/decode_text.ts";
import { parseNpy } from "../file/npy.ts";
import { openNpz } from "../file/npz.ts";
import { quoteText } from "../file/quote_text.ts";
import { readBytes } from "../file/read_file.ts";
import { openSafetensors } from "../file/safetensors.ts";
import { decodeArray, formatArray, type StoredArray } from "../file/stored_array.ts";
import type { EmbeddingMatrix } from "./embedding_matrix.ts";
import { parseLabelColumn, parseLabelLines } from "./label_text.ts";

const ARCHIVES = [".npz", ".safetensors"];
const FORMATS = [".npy", ...ARCHIVES];
const TEXT_FORMATS = [".txt", ".csv", ".tsv"];
const LISTED_COUNT = 10;

/**
 * Reads embeddings: an `.npy` file, or the entry `embeddings` of an `.npz` or `.safetensors` file; floats and integers of
 * any width.
 *
 * @returns [N, D], as float32.
 * @throws {InputError} If the file cannot be read or does not hold a matrix of finite numbers that float32 can hold.
 */
export async function readEmbeddings(path: string): Promise<EmbeddingMatrix> {
  const action = "read embeddings";
  const array = await readArray(path, "embeddings", FORMATS, action);
  const [rowCount, columnCount, ...extra] = array.shape;
  if (!rowCount || !columnCount || extra.length > 0) {
    return fail(path, action, "they must have a shape of rows and columns", `(${array.shape})`);
  }
  const data = decodeArray(array, action);
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const row = Math.floor(wrong / columnCount);
    fail(path, action, "they must be finite, as float32", `${data[wrong]} in row ${row}`);
  }
  if (array.format === "F64") checkNotLost(array, data, path, action);
  return { rowCount, columnCount, data };
}

/**
 * Reads labels: the entries of an `.npy` file, or the entry `labels` of an `.npz` or `.safetensors` file, whole numbers of any
 * width or text; or the lines of a `.txt`, `.csv` or `.tsv` file (UTF-8, or UTF-16 with its byte-order mark).
 *
 * @param column Of a text file that is a table: name of the column, or its number from 1 where no line has names.
 * @returns One text per row, as NFC: labels are equal or not, and mean nothing else.
 * @throws {InputError} If the file cannot be read or does not hold labels.
 */
export async function readLabels(path: string, column?: string): Promise<string[]> {
  const labels = isTextFile(path)
    ? await readTextLabels(path, column)
    : await readArrayLabels(path, column);
  return labels.map((label) => label.normalize("NFC"));
}

/**
 * Reads the labels that a file of embeddings holds beside them: its entry `labels`.
 *
 * @returns `null` if it has none.
 * @throws {InputError} If the file cannot be read, or they are no labels.
 */
export async function readLabelsBeside(path: string): Promise<string[] | null> {
  const format = extname(path).toLowerCase();
  if (!ARCHIVES.includes(format)) return null;
  using source = ByteSource.open(path, "read labels");
  const { names } = format === ".npz" ? openNpz(source) : openSafetensors(source);
  return names.includes("labels") ? await readLabels(path) : null;
}

/** Whether labels in this file are text, of which a column can be chosen. */
export function isTextFile(path: string): boolean {
  return TEXT_FORMATS.includes(extname(path).toLowerCase());
}

async function readTextLabels(path: string, column?: string): Promise<string[]> {
  const action = "read labels";
  const text = decodeText(await readBytes(path, action), path, action);
  return column === undefined ? parseLabelLines(text, path) : parseLabelColumn(text, path, column);
}

async function readArrayLabels(path: string, column?: string): Promise<string[]> {
  const action = "read labels";
  if (column !== undefined) {
    const rule = `a column can be chosen of ${TEXT_FORMATS.join(", ")} alone`;
    fail(path, action, rule, quoteText(extname(path)));
  }
  const array = await readArray(path, "labels", [...FORMATS, ...TEXT_FORMATS], action);
  const [rowCount, columnCount = 1, ...extra] = array.shape;
  if (rowCount === undefined || columnCount !== 1 || extra.length > 0) {
    return fail(path, action, "they must have a shape of one dimension", `(${array.shape})`);
  }
  const labels = formatArray(array, action);
  const empty = labels.indexOf("");
  if (empty >= 0) fail(path, action, "every row must have one", `empty in row ${empty}`);
  return labels;
}

async function readArray(
  path: string,
  name: string,
  formats: readonly string[],
  action: string,
): Promise<StoredArray> {
  const format = extname(path).toLowerCase();
  if (!formats.includes(format)) {
    return fail(path, action, `they must be in a file ${formats.join(", ")}`, quoteText(format));
  }
  if (format === ".npy") return parseNpy(await readBytes(path, action), path);
  using source = ByteSource.open(path, action);
  const { names, read } = format === ".npz" ? openNpz(source) : openSafetensors(source);
  if (names.includes(name)) return await read(name);
  const shown = names.slice(0, LISTED_COUNT).map(quoteText).join(", ");
  const more = names.length > LISTED_COUNT ? ` and ${names.length - LISTED_COUNT} more` : "";
  return fail(path, action, `it must have an entry ${name}`, shown ? shown + more : "empty");
}

/** Float32 has no numbers below 1e-45, and few digits below 1e-38: a row of such numbers would lose its direction. */
function checkNotLost(
  array: StoredArray,
  data: Float32Array,
  path: string,
  action: string,
): void {
  const [rowCount, columnCount] = array.shape as [number, number];
  const view = new DataView(array.bytes.buffer, array.bytes.byteOffset, array.bytes.byteLength);
  for (let row = 0; row < rowCount; row++) {
    let largest = 0;
    for (let at = row * columnCount; at < (row + 1) * columnCount; at++) {
      largest = Math.max(
        largest,
        Math.abs(data[at]!) >= SMALLEST ? 1 : Math.abs(view.getFloat64(8 * at, true)),
      );
    }
    if (largest > 0 && largest < SMALLEST) {
      fail(
        path,
        action,
        `rows must reach ${SMALLEST}, which float32 holds`,
        `${largest} in row ${row}`,
      );
    }
  }
}

/** Smallest number that float32 holds with all of its digits. */
const SMALLEST = 2 ** -126;

function fail(path: string, action: string, rule: string, value: string): never {
  throw new InputError(`${path}: Cannot ${action} as ${rule}: it is ${value}`);
}
