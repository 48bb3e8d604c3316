/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the tensors without gaps.
 *
 * Source: https://huggingface.co/docs/safetensors. Writing is F32 alone; reading widens or rounds to float32.
 */

import { InputError } from "../errors.ts";
import { decodeNumbers, ENTRY_BYTES, isNumberFormat, type NumberFormat } from "./number_format.ts";
import { countEntries } from "./named_tensor.ts";
import type { ByteSource } from "./byte_source.ts";
import type { NamedTensor } from "./named_tensor.ts";
import { escapeControls, quoteText } from "./quote_text.ts";
import type { StoredArray } from "./stored_array.ts";

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** In the order of their bytes. */
  readonly tensors: NamedTensor[];
  /** Text by key; empty if the file has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  readonly name: string;
  readonly dtype: NumberFormat;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const LENGTH_BYTES = 8;
const ALIGNMENT_BYTES = 8;
/** Name that is no tensor's: text is there. */
export const METADATA_KEY = "__metadata__";
/** Of a header; real ones have some 100 bytes a tensor. */
const LARGEST_HEADER_BYTES = 2 ** 24;
/** The header, an entry, its shape. */
const DEEPEST_HEADER = 3;

/**
 * Formats tensors as the bytes of a safetensors file. The same input gives the same bytes.
 *
 * @param tensors Names must differ.
 * @param metadata Text to keep beside them.
 * @throws {RangeError} If a name occurs twice or a shape disagrees with its data.
 */
export function formatSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header = new Map<string, unknown>([[METADATA_KEY, metadata]]);
  let end = 0;
  for (const { name, shape, data } of tensors) {
    if (header.has(name)) {
      throw new RangeError(`Cannot format tensors as names must differ: "${name}" occurs twice`);
    }
    if (countEntries(shape) !== data.length) {
      throw new RangeError(
        `Cannot format tensor "${name}" as shape [${shape}] must hold ${data.length} values: ` +
          `it holds ${countEntries(shape)}`,
      );
    }
    const begin = end;
    end += data.byteLength;
    header.set(name, { dtype: "F32", shape, data_offsets: [begin, end] });
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(text.length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes); // the format pads with spaces
  bytes.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** A safetensors file whose tensors are read when they are asked for. */
export interface OpenSafetensors {
  readonly names: readonly string[];
  /** Reads one of `names`. */
  read(name: string): StoredArray;
}

/**
 * Reads the header of a safetensors file.
 *
 * @param source Must stay open while tensors are read.
 * @throws {InputError} If the file is truncated, or its header is not JSON, leaves gaps, or disagrees with itself.
 */
export function openSafetensors(source: ByteSource): OpenSafetensors {
  const { path, sizeBytes } = source;
  const headerBytes = readHeaderLength(
    source.copy(0, Math.min(LENGTH_BYTES, sizeBytes)),
    sizeBytes,
    path,
  );
  const dataOffset = LENGTH_BYTES + headerBytes;
  const { entries } = parseLayout(
    source.copy(LENGTH_BYTES, headerBytes),
    sizeBytes - dataOffset,
    path,
  );
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    names: [...byName.keys()],
    read: (name) => {
      const { shape, dtype, begin, end } = byName.get(name)!;
      const bytes = source.copy(dataOffset + begin, end - begin);
      return {
        path: `${path}/${name}`,
        shape,
        format: dtype,
        entryBytes: ENTRY_BYTES[dtype],
        bytes,
      };
    },
  };
}

/**
 * Parses the bytes of a safetensors file.
 *
 * @param bytes Whole file. Aligned F32 tensors are views of it, so that memory stays near one copy.
 * @param path Where it came from; only used in errors.
 * @throws {InputError} If the file is truncated, or its header is not JSON, leaves gaps, or disagrees with itself.
 */
export function parseSafetensors(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): SafetensorsContent {
  const headerBytes = readHeaderLength(bytes, bytes.length, path);
  const dataOffset = LENGTH_BYTES + headerBytes;
  const header = bytes.subarray(LENGTH_BYTES, dataOffset);
  const { entries, metadata } = parseLayout(header, bytes.length - dataOffset, path);
  const tensors = entries.map(({ name, dtype, shape, begin, end }) => {
    const data = decodeNumbers(bytes.subarray(dataOffset + begin, dataOffset + end), dtype);
    return { name, shape, data };
  });
  return { tensors, metadata };
}

/** @param head At least the first bytes of the file. */
function readHeaderLength(head: Uint8Array<ArrayBuffer>, sizeBytes: number, path: string): number {
  if (sizeBytes < LENGTH_BYTES) {
    fail(path, `it must have at least ${LENGTH_BYTES} bytes`, sizeBytes);
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  const available = sizeBytes - LENGTH_BYTES;
  if (headerBytes > available) {
    fail(path, `its header of ${headerBytes} bytes must lie within the file`, `${available} bytes`);
  }
  if (headerBytes > LARGEST_HEADER_BYTES) {
    fail(path, `its header must have at most ${LARGEST_HEADER_BYTES} bytes`, headerBytes);
  }
  return headerBytes;
}

/** @param dataBytes Bytes of the file after the header. */
function parseLayout(headerBytes: Uint8Array, dataBytes: number, path: string) {
  const header = parseHeader(headerBytes, path);
  const { [METADATA_KEY]: metadata = {}, ...rest } = header;
  if (!isTextRecord(metadata)) fail(path, "__metadata__ must map names to text", metadata);
  const entries = Object.entries(rest)
    .map(([name, entry]) => parseEntry(name, entry, path))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let expectedBegin = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== expectedBegin) {
      const rule = `${
        quoteText(name)
      } must begin at ${expectedBegin}, where the tensor before it ends`;
      fail(path, rule, begin);
    }
    expectedBegin = end;
  }
  if (dataBytes !== expectedBegin) {
    fail(path, `its tensors must fill ${expectedBegin} bytes after the header`, dataBytes);
  }
  return { entries, metadata };
}

function parseHeader(bytes: Uint8Array, path: string): Record<string, unknown> {
  let header: unknown;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (findDepth(text) > DEEPEST_HEADER) {
      fail(path, `its header must be nested at most ${DEEPEST_HEADER} deep`, "deeper");
    }
    header = JSON.parse(text);
  } catch (error) {
    if (error instanceof InputError) throw error;
    fail(path, "its header must be JSON", (error as Error).message);
  }
  if (!isRecord(header)) fail(path, "its header must be a JSON object", header);
  checkNamesOnce(text, header, path);
  return header;
}

/** JSON takes the last of two members of one name; a tensor that is there twice has one more range of bytes than names. */
function checkNamesOnce(text: string, header: Readonly<Record<string, unknown>>, path: string) {
  const rangeCount = text.match(/"data_offsets"\s*:/g)?.length ?? 0;
  const nameCount = Object.keys(header).filter((name) => name !== METADATA_KEY).length +
    (Object.hasOwn(header, "data_offsets") ? 1 : 0);
  if (rangeCount > nameCount) {
    fail(
      path,
      "every name in its header may be there once",
      `${rangeCount} ranges of ${nameCount} tensors`,
    );
  }
}

/** How deep brackets are nested, those in texts left out; found before anything is built of them. */
function findDepth(json: string): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (isText && character === "\\") at++;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}

function parseEntry(name: string, entry: unknown, path: string): HeaderEntry {
  if (!isRecord(entry)) fail(path, `the header of ${quoteText(name)} must be an object`, entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !isNumberFormat(dtype)) {
    fail(
      path,
      `dtype of ${quoteText(name)} must be one of ${Object.keys(ENTRY_BYTES).join(", ")}`,
      dtype,
    );
  }
  if (!isCountList(shape)) {
    fail(path, `shape of ${quoteText(name)} must be a list of counts`, shape);
  }
  if (!isCountList(offsets) || offsets.length !== 2) {
    fail(path, `data_offsets of ${quoteText(name)} must be two counts`, offsets);
  }
  const [begin, end] = offsets as [number, number];
  const sizeBytes = countEntries(shape) * ENTRY_BYTES[dtype];
  if (end - begin !== sizeBytes) {
    fail(
      path,
      `${quoteText(name)} of ${dtype} [${shape}] must take ${sizeBytes} bytes`,
      end - begin,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === "string");
}

function isCountList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function fail(path: string, rule: string, value: unknown): never {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const shown = typeof value === "string" && /^[\w .()-]*$/.test(text) && text.length <= 80
    ? text
    : typeof value === "string"
    ? quoteText(text)
    : escapeControls(text.length > 80 ? `${text.slice(0, 80)}...` : text);
  throw new InputError(`${path}: Cannot read safetensors as ${rule}: it is ${shown}`);
}
