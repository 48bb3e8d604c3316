/**
 * Reads MATLAB v5 files, as `cars_annos.mat` is one: numeric, char, cell and struct arrays, plain or zlib-compressed.
 *
 * Layout: MathWorks, "MAT-File Format", chapter 1 (level 5). Left out, and said so: complex, sparse and object arrays.
 */

import { inflateSync } from "node:zlib";
import { InputError } from "../../errors.ts";
import { readBytes } from "../read_file.ts";
import {
  type Element,
  ELEMENT_TYPES,
  type ElementCursor,
  isAtEnd,
  readNumbers,
  takeElement,
} from "./element.ts";
import type { MatlabArray, MatlabClass, MatlabRecord } from "./value.ts";

const HEADER_SIZE = 128;
/** Bytes that the compressed elements of a file may unfold to; those of Cars196 take some 10 MB. */
const LARGEST_UNFOLDED_BYTES = 2 ** 26;
/** Cells within cells; those of Cars196 are one deep. */
const DEEPEST = 32;
const COMPLEX_FLAG = 0x0800;
const LOGICAL_FLAG = 0x0200;

/** Array classes by their number in the file. */
const ARRAY_CLASSES: Readonly<Record<number, MatlabClass | "cell" | "struct" | "char">> = {
  1: "cell",
  2: "struct",
  4: "char",
  6: "double",
  7: "single",
  8: "int8",
  9: "uint8",
  10: "int16",
  11: "uint16",
  12: "int32",
  13: "uint32",
  14: "int64",
  15: "uint64",
};

/**
 * Reads a MATLAB v5 file.
 *
 * @returns Variables by name, in the order of the file.
 * @throws {InputError} If the file is missing, truncated, damaged or of another format.
 */
export async function readMatlab(path: string): Promise<Map<string, MatlabArray>> {
  return parseMatlab(await readBytes(path, "read MATLAB file"), path);
}

/**
 * Parses the bytes of a MATLAB v5 file.
 *
 * @param path Where they came from; only used in errors.
 * @returns Variables by name, in the order of the file.
 * @throws {InputError} If they are truncated, damaged or of another format.
 */
export function parseMatlab(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): Map<string, MatlabArray> {
  const isLittleEndian = checkHeader(bytes, path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor: ElementCursor = { view, offset: HEADER_SIZE, isLittleEndian, at: path };
  const variables = new Map<string, MatlabArray>();
  let roomBytes = LARGEST_UNFOLDED_BYTES;
  while (!isAtEnd(cursor)) {
    const start = cursor.offset;
    const element = takeElement(cursor);
    const inner = element.type === ELEMENT_TYPES.compressed
      ? inflate(element, start, cursor, roomBytes)
      : { ...cursor, offset: start };
    if (inner.view !== view) roomBytes -= inner.view.byteLength;
    const { name, value } = readMatrix(takeElement(inner), inner, 0);
    variables.set(name, value);
  }
  return variables;
}

/** Checks version and byte order. Returns whether numbers are little-endian. */
function checkHeader(bytes: Uint8Array, path: string): boolean {
  const mark = String.fromCharCode(...bytes.subarray(126, HEADER_SIZE));
  const isLittleEndian = mark === "IM";
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 20)).trimEnd();
  const version = bytes[isLittleEndian ? 125 : 124]; // the high byte of 0x0100
  if (version === 1 && (isLittleEndian || mark === "MI")) return isLittleEndian;
  const found = text.startsWith("MATLAB 7.3")
    ? "it is version 7.3; save it again with -v7"
    : bytes.length < HEADER_SIZE
    ? `it has ${bytes.length} bytes, less than a header; is the file truncated?`
    : `it starts with ${JSON.stringify(text)}; is it the file that was to be downloaded?`;
  throw new InputError(`${path}: Cannot read MATLAB file as it must be of version 5: ${found}`);
}

function inflate(
  element: Element,
  start: number,
  cursor: ElementCursor,
  roomBytes: number,
): ElementCursor {
  const { buffer, byteOffset, byteLength } = element.view;
  try {
    const folded = new Uint8Array(buffer, byteOffset, byteLength);
    const inflated = Uint8Array.from(inflateSync(folded, { maxOutputLength: roomBytes }));
    const at = `${cursor.at}: element at byte ${start}`;
    return { ...cursor, view: new DataView(inflated.buffer), offset: 0, at };
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
      throw new InputError(
        `${cursor.at}: Cannot read MATLAB file as its elements must unfold to at most ` +
          `${LARGEST_UNFOLDED_BYTES} bytes: they unfold to more`,
      );
    }
    throw new InputError(
      `${cursor.at}: Cannot read MATLAB file as the element at byte ${start} must be zlib data: ` +
        `${(error as Error).message}; is the file damaged?`,
    );
  }
}

/** Reads an array: flags, shape, name, contents. An element without bytes is the empty array of MATLAB. */
function readMatrix(
  element: Element,
  outer: ElementCursor,
  depth: number,
): { readonly name: string; readonly value: MatlabArray } {
  if (element.type !== ELEMENT_TYPES.matrix) {
    throw new InputError(
      `${outer.at}: Cannot read MATLAB file as an array must have type ${ELEMENT_TYPES.matrix}: ` +
        `it is ${element.type}; is the file damaged?`,
    );
  }
  if (depth > DEEPEST) {
    throw new InputError(
      `${outer.at}: Cannot read MATLAB file as arrays must be nested at most ${DEEPEST} deep: they are deeper`,
    );
  }
  if (element.view.byteLength === 0) {
    return { name: "", value: { kind: "numeric", type: "double", shape: [0, 0], data: [] } };
  }
  const cursor: ElementCursor = { ...outer, view: element.view, offset: 0 };
  const [flags = 0] = readNumbers(takeElement(cursor), cursor);
  const shape = readNumbers(takeElement(cursor), cursor);
  const name = formatCodes(readNumbers(takeElement(cursor), cursor), cursor);
  return { name, value: readContents(flags, shape, cursor, depth) };
}

function readContents(
  flags: number,
  shape: readonly number[],
  cursor: ElementCursor,
  depth: number,
): MatlabArray {
  const arrayClass = ARRAY_CLASSES[flags & 0xff];
  if (!arrayClass || (flags & COMPLEX_FLAG) !== 0) {
    throw new InputError(
      `${cursor.at}: Cannot read MATLAB file as arrays must be real numeric, char, cell or struct: ` +
        `one has class ${flags & 0xff}${arrayClass ? " and is complex" : ""}`,
    );
  }
  const count = shape.reduce((product, extent) => product * extent, 1);
  switch (arrayClass) {
    case "cell":
      return { kind: "cell", shape, cells: readMatrices(count, cursor, depth) };
    case "struct":
      return { kind: "struct", shape, ...readElements(count, cursor, depth) };
    case "char":
      return { kind: "char", text: readChar(shape, cursor) };
    default: {
      const type = (flags & LOGICAL_FLAG) !== 0 ? "logical" : arrayClass;
      const data = readNumbers(takeElement(cursor), cursor);
      checkCount(data.length, count, cursor);
      return { kind: "numeric", type, shape, data };
    }
  }
}

function readMatrices(count: number, cursor: ElementCursor, depth: number): MatlabArray[] {
  const values: MatlabArray[] = []; // grows with the bytes that are there, not with what a damaged shape claims
  while (values.length < count) {
    values.push(readMatrix(takeElement(cursor), cursor, depth + 1).value);
  }
  return values;
}

function readElements(
  count: number,
  cursor: ElementCursor,
  depth: number,
): { readonly fieldNames: readonly string[]; readonly elements: readonly MatlabRecord[] } {
  const [nameSize = 0] = readNumbers(takeElement(cursor), cursor);
  const codes = readNumbers(takeElement(cursor), cursor);
  if (nameSize < 1) {
    throw new InputError(
      `${cursor.at}: Cannot read MATLAB file as field names must have a length of at least 1: ` +
        `it is ${nameSize}; is the file damaged?`,
    );
  }
  const fieldNames = Array.from({ length: Math.floor(codes.length / nameSize) }, (_, i) => {
    const name = codes.slice(i * nameSize, (i + 1) * nameSize);
    return formatCodes(name, cursor).replace(/\0.*$/s, "");
  });
  const elements: MatlabRecord[] = [];
  while (fieldNames.length > 0 && elements.length < count) {
    const values = readMatrices(fieldNames.length, cursor, depth);
    elements.push(Object.fromEntries(fieldNames.map((name, i) => [name, values[i]!])));
  }
  return { fieldNames, elements };
}

/** Characters run column by column, in UTF-16 units or, as scipy writes them, UTF-8. */
function readChar(shape: readonly number[], cursor: ElementCursor): string {
  const element = takeElement(cursor);
  const { buffer, byteOffset, byteLength } = element.view;
  const characters = element.type === ELEMENT_TYPES.utf8
    ? [...new TextDecoder().decode(new Uint8Array(buffer, byteOffset, byteLength))]
    : readNumbers(element, cursor).map((code) => formatCodes([code], cursor));
  const [rowCount = 0] = shape;
  if (rowCount <= 1 || characters.length === 0) return characters.join("");
  checkCount(characters.length, shape.reduce((product, extent) => product * extent, 1), cursor);
  const rows = Array.from({ length: rowCount }, () => "");
  characters.forEach((character, i) => rows[i % rowCount] += character);
  return rows.join("\n");
}

function formatCodes(codes: readonly number[], cursor: ElementCursor): string {
  const wrong = codes.find((code) => !(code >= 0 && code <= 0x10ffff));
  if (wrong === undefined) return codes.map((code) => String.fromCodePoint(code)).join("");
  throw new InputError(
    `${cursor.at}: Cannot read MATLAB file as characters must be Unicode: one is ${wrong}; ` +
      "is the file damaged?",
  );
}

function checkCount(actual: number, expected: number, cursor: ElementCursor): void {
  if (actual === expected) return;
  throw new InputError(
    `${cursor.at}: Cannot read MATLAB file as an array must hold the ${expected} values of its shape: ` +
      `it holds ${actual}; is the file damaged?`,
  );
}
