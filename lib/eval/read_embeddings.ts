/** Embeddings and labels that were made anywhere, from files. */

import { extname } from "@std/path";
import { InputError } from "../errors.ts";
import { parseSafetensors } from "../file/safetensors.ts";
import type { EmbeddingMatrix } from "./embedding_matrix.ts";
import { type NumberArray, parseNpy } from "../file/npy.ts";
import { openNpz } from "../file/npz.ts";
import { ByteSource } from "../file/byte_source.ts";
import { readBytes } from "../file/read_file.ts";

/** Largest whole number that float32, as safetensors are read, holds with all below it. */
const LARGEST_FLOAT32_LABEL = 2 ** 24;
const FORMATS = [".npy", ".npz", ".safetensors"];
const ACTION = "read embeddings";
const LABEL_FORMATS = [...FORMATS, ".txt", ".csv"];

/**
 * Reads embeddings: an `.npy` file, or the entry `embeddings` of an `.npz` or `.safetensors` file.
 *
 * @returns [N, D].
 * @throws {InputError} If the file cannot be read or does not hold a matrix of finite numbers.
 */
export async function readEmbeddings(path: string): Promise<EmbeddingMatrix> {
  const { shape, data } = await readNumbers(path, "embeddings");
  const [rowCount, columnCount, ...extra] = shape;
  if (!rowCount || !columnCount || extra.length > 0) {
    return fail(path, "embeddings must have a shape of rows and columns", `(${shape})`);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const row = Math.floor(wrong / columnCount);
    fail(path, "embeddings must be finite", `${data[wrong]} in row ${row}`);
  }
  return { rowCount, columnCount, data: Float32Array.from(data) };
}

/**
 * Reads labels: whole numbers of an `.npy` file or the entry `labels` of an `.npz` or `.safetensors` file, or the lines of a
 * `.txt` or `.csv` file, each of them a label.
 *
 * @returns One text per row: labels are equal or not, and mean nothing else.
 * @throws {InputError} If the file cannot be read or does not hold labels.
 */
export async function readLabels(path: string): Promise<string[]> {
  if ([".txt", ".csv"].includes(extname(path))) {
    const lines = new TextDecoder().decode(await readBytes(path, ACTION)).trimEnd().split(/\r?\n/);
    return lines.map((line) => line.trim());
  }
  const { shape, data } = await readNumbers(path, "labels");
  const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!isColumn) return fail(path, "labels must have a shape of one dimension", `(${shape})`);
  const largest = data instanceof Float32Array ? LARGEST_FLOAT32_LABEL : Number.MAX_SAFE_INTEGER;
  const wrong = data.findIndex((label) => !Number.isInteger(label) || Math.abs(label) > largest);
  if (wrong >= 0) {
    fail(path, `labels must be whole numbers up to ${largest}`, `${data[wrong]} in row ${wrong}`);
  }
  return Array.from(data, String);
}

async function readNumbers(path: string, name: "embeddings" | "labels"): Promise<NumberArray> {
  const formats = name === "labels" ? LABEL_FORMATS : FORMATS;
  const format = extname(path);
  if (!formats.includes(format)) {
    return fail(path, `${name} must be in a file ${formats.join(", ")}`, `"${format}"`);
  }
  if (format === ".npy") return parseNpy(await readBytes(path, ACTION), path);
  return format === ".npz" ? await readNpzEntry(path, name) : await readTensor(path, name);
}

async function readNpzEntry(path: string, name: string): Promise<NumberArray> {
  using source = ByteSource.open(path, ACTION);
  const { names, read } = openNpz(source);
  return names.includes(name) ? await read(name) : failEntry(path, name, names);
}

async function readTensor(path: string, name: string): Promise<NumberArray> {
  const { tensors } = parseSafetensors(await readBytes(path, ACTION), path);
  return tensors.find((tensor) => tensor.name === name) ??
    failEntry(path, name, tensors.map(({ name }) => name));
}

function failEntry(path: string, name: string, names: readonly string[]): never {
  return fail(path, `it must have an entry ${name}`, names.join(", ") || "empty");
}

function fail(path: string, rule: string, value: string): never {
  throw new InputError(`${path}: Cannot read embeddings as ${rule}: it is ${value}`);
}
