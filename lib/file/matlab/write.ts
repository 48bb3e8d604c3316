/**
 * Writes MATLAB v5 files, as `cars_annos.mat` is one, with zlib-compressed elements.
 *
 * Layout: MathWorks, "MAT-File Format", chapter 1 (level 5). The one difference from what MATLAB writes: the
 * header names no date, so that the same values give the same bytes.
 */

import { zlibSync } from "fflate";

/** Classes of numeric arrays that can be written. */
export type MatlabNumericType =
  | "double"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32";

/** A value of a MATLAB file. Arrays have two dimensions and run column by column. */
export type MatlabValue =
  | {
    readonly kind: "numeric";
    readonly type: MatlabNumericType;
    readonly shape: readonly [number, number];
    readonly data: readonly number[];
  }
  /** One row of characters. */
  | { readonly kind: "char"; readonly text: string }
  | {
    readonly kind: "cell";
    readonly shape: readonly [number, number];
    readonly cells: readonly MatlabValue[];
  }
  /** `elements` have a value for each of `fieldNames`. */
  | {
    readonly kind: "struct";
    readonly shape: readonly [number, number];
    readonly fieldNames: readonly string[];
    readonly elements: readonly Readonly<Record<string, MatlabValue>>[];
  };

/** A 1 x 1 array of class double. */
export function matlabScalar(value: number): MatlabValue {
  return { kind: "numeric", type: "double", shape: [1, 1], data: [value] };
}

/**
 * Bytes of a MATLAB v5 file.
 *
 * @param variables Names (at most 63 characters) and values, in the order of the file.
 * @throws {RangeError} If an array's length disagrees with its shape, a field is missing or its name too long.
 */
export function formatMatlab(
  variables: Readonly<Record<string, MatlabValue>>,
): Uint8Array<ArrayBuffer> {
  const elements = Object.entries(variables).map(([name, value]) => {
    const compressed = zlibSync(formatMatrix(value, name));
    return joinBytes([words(DATA_TYPES.compressed, compressed.length), compressed]); // not padded
  });
  return joinBytes([formatHeader(), ...elements]);
}

const DATA_TYPES = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  double: 9,
  matrix: 14,
  compressed: 15,
  utf8: 16,
} as const;

/** How the numbers of an element are stored. */
type StorageType = MatlabNumericType | "utf8";

const ARRAY_CLASSES = {
  cell: 1,
  struct: 2,
  char: 4,
  double: 6,
  int8: 8,
  uint8: 9,
  int16: 10,
  uint16: 11,
  int32: 12,
  uint32: 13,
} as const;

const FIELD_NAME_SIZE = 32; // with its final zero

function formatHeader(): Uint8Array {
  const header = new Uint8Array(128).fill(0x20, 0, 116);
  header.set(new TextEncoder().encode("MATLAB 5.0 MAT-file, Platform: proxyan"));
  header.set([0x00, 0x01, 0x49, 0x4d], 124); // version 0x0100, then "MI" in little-endian order
  return header;
}

function formatMatrix(value: MatlabValue, name = ""): Uint8Array {
  const shape = value.kind === "char" ? [1, value.text.length] as const : value.shape;
  const arrayClass = ARRAY_CLASSES[value.kind === "numeric" ? value.type : value.kind];
  const body = joinBytes([
    formatElement("uint32", [arrayClass, 0]),
    formatElement("int32", shape),
    formatElement("int8", [...new TextEncoder().encode(name)]),
    ...formatContents(value),
  ]);
  return joinBytes([words(DATA_TYPES.matrix, body.length), body]);
}

function formatContents(value: MatlabValue): Uint8Array[] {
  switch (value.kind) {
    case "numeric":
      checkLength("numeric array", value.data.length, value.shape);
      return [formatElement(smallestStorage(value.type, value.data), value.data)];
    case "char":
      return [formatElement("utf8", [...new TextEncoder().encode(value.text)])];
    case "cell":
      checkLength("cell array", value.cells.length, value.shape);
      return value.cells.map((cell) => formatMatrix(cell));
    case "struct":
      checkLength("struct array", value.elements.length, value.shape);
      return [
        formatElement("int32", [FIELD_NAME_SIZE]),
        formatElement("int8", value.fieldNames.flatMap(formatFieldName)),
        ...value.elements.flatMap((element) =>
          value.fieldNames.map((name) => formatMatrix(takeField(element, name)))
        ),
      ];
  }
}

function formatFieldName(name: string): number[] {
  const bytes = [...new TextEncoder().encode(name)];
  if (bytes.length >= FIELD_NAME_SIZE) {
    throw new RangeError(
      `Cannot write struct as a field's name must be shorter than ${FIELD_NAME_SIZE}: it is "${name}"`,
    );
  }
  return [...bytes, ...new Array<number>(FIELD_NAME_SIZE - bytes.length).fill(0)];
}

function takeField(element: Readonly<Record<string, MatlabValue>>, name: string): MatlabValue {
  const value = element[name];
  if (value === undefined) {
    throw new RangeError(
      `Cannot write struct as each element must have field "${name}": it has ${
        Object.keys(element).join(", ")
      }`,
    );
  }
  return value;
}

/** As MATLAB does: whole numbers of class double are stored in the narrowest integer type that holds them all. */
function smallestStorage(type: MatlabNumericType, data: readonly number[]): MatlabNumericType {
  if (type !== "double" || !data.every((x) => Number.isInteger(x) && !Object.is(x, -0))) {
    return type;
  }
  const fits = (low: number, high: number) => data.every((x) => x >= low && x <= high);
  if (fits(0, 0xff)) return "uint8";
  if (fits(0, 0xffff)) return "uint16";
  if (fits(-0x8000, 0x7fff)) return "int16";
  return fits(-0x80000000, 0x7fffffff) ? "int32" : "double";
}

/** A data element: tag and values, padded to 8 bytes; up to 4 bytes of values go inside the tag. */
function formatElement(type: StorageType, values: readonly number[]): Uint8Array {
  const bytes = formatNumbers(type, values);
  if (bytes.length >= 1 && bytes.length <= 4) {
    const small = new Uint8Array(8);
    new DataView(small.buffer).setUint32(0, (bytes.length << 16) | DATA_TYPES[type], true);
    small.set(bytes, 4);
    return small;
  }
  const padding = new Uint8Array((8 - bytes.length % 8) % 8);
  return joinBytes([words(DATA_TYPES[type], bytes.length), bytes, padding]);
}

function formatNumbers(type: StorageType, values: readonly number[]): Uint8Array {
  const size =
    { double: 8, int8: 1, uint8: 1, utf8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4 }[type];
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    const at = i * size;
    if (type === "double") view.setFloat64(at, value, true);
    else if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  });
  return new Uint8Array(view.buffer);
}

function checkLength(what: string, length: number, shape: readonly [number, number]): void {
  if (length !== shape[0] * shape[1]) {
    throw new RangeError(
      `Cannot write ${what} as its shape ${shape[0]} x ${
        shape[1]
      } must hold all values: there are ${length}`,
    );
  }
}

function words(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => view.setUint32(i * 4, value, true));
  return new Uint8Array(view.buffer);
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
