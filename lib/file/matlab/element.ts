/** Data elements, of which MATLAB v5 files are made: a tag (type, byte count), the bytes, padding to 8 bytes. */

import { InputError } from "../../errors.ts";

/** Numbers of the data types that reading tells apart. */
export const ELEMENT_TYPES = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

/** Bytes to read from, one after another. */
export interface ElementCursor {
  readonly view: DataView<ArrayBuffer>;
  /** Byte of `view` at which the next element starts. */
  offset: number;
  readonly isLittleEndian: boolean;
  /** Start of every error: the file, and where in it. */
  readonly at: string;
}

/** One element: its type and its bytes, in place. */
export interface Element {
  readonly type: number;
  readonly view: DataView<ArrayBuffer>;
}

/** Whether the cursor has read everything; padding that a writer left out does not count. */
export function isAtEnd(cursor: ElementCursor): boolean {
  return cursor.offset >= cursor.view.byteLength;
}

/**
 * Reads the element at the cursor and moves to the next one.
 *
 * @throws {InputError} If the bytes end within the element.
 */
export function takeElement(cursor: ElementCursor): Element {
  const { view, offset, isLittleEndian } = cursor;
  checkRoom(cursor, offset, 8);
  const word = view.getUint32(offset, isLittleEndian);
  const smallSize = word >>> 16;
  if (smallSize > 0) { // up to 4 bytes, inside the tag
    if (smallSize > 4) {
      throw new InputError(
        `${cursor.at}: Cannot read MATLAB file as a small element at byte ${offset} must have ` +
          `at most 4 bytes: it has ${smallSize}; is the file damaged?`,
      );
    }
    cursor.offset += 8;
    return { type: word & 0xffff, view: slice(view, offset + 4, smallSize) };
  }
  const size = view.getUint32(offset + 4, isLittleEndian);
  checkRoom(cursor, offset + 8, size);
  const isPadded = word !== ELEMENT_TYPES.compressed;
  cursor.offset += 8 + (isPadded ? Math.ceil(size / 8) * 8 : size);
  return { type: word, view: slice(view, offset + 8, size) };
}

function checkRoom(cursor: ElementCursor, start: number, size: number): void {
  const rest = Math.max(0, cursor.view.byteLength - start);
  if (size <= rest) return;
  throw new InputError(
    `${cursor.at}: Cannot read MATLAB file as ${size} bytes must follow byte ${start}: ` +
      `${rest} do; is the file truncated?`,
  );
}

function slice(view: DataView<ArrayBuffer>, start: number, size: number): DataView<ArrayBuffer> {
  return new DataView(view.buffer, view.byteOffset + start, size);
}

interface NumberFormat {
  readonly size: number;
  read(view: DataView, offset: number, isLittleEndian: boolean): number;
}

const NUMBER_FORMATS: ReadonlyMap<number, NumberFormat> = new Map<number, NumberFormat>([
  [ELEMENT_TYPES.int8, { size: 1, read: (view, i) => view.getInt8(i) }],
  [ELEMENT_TYPES.uint8, { size: 1, read: (view, i) => view.getUint8(i) }],
  [ELEMENT_TYPES.int16, { size: 2, read: (view, i, little) => view.getInt16(i, little) }],
  [ELEMENT_TYPES.uint16, { size: 2, read: (view, i, little) => view.getUint16(i, little) }],
  [ELEMENT_TYPES.int32, { size: 4, read: (view, i, little) => view.getInt32(i, little) }],
  [ELEMENT_TYPES.uint32, { size: 4, read: (view, i, little) => view.getUint32(i, little) }],
  [ELEMENT_TYPES.single, { size: 4, read: (view, i, little) => view.getFloat32(i, little) }],
  [ELEMENT_TYPES.double, { size: 8, read: (view, i, little) => view.getFloat64(i, little) }],
  [ELEMENT_TYPES.int64, {
    size: 8,
    read: (view, i, little) => Number(view.getBigInt64(i, little)),
  }],
  [ELEMENT_TYPES.uint64, {
    size: 8,
    read: (view, i, little) => Number(view.getBigUint64(i, little)),
  }],
  // Text as code units; `readChar` in read.ts decodes UTF-8 itself.
  [ELEMENT_TYPES.utf16, { size: 2, read: (view, i, little) => view.getUint16(i, little) }],
  [ELEMENT_TYPES.utf32, { size: 4, read: (view, i, little) => view.getUint32(i, little) }],
]);

/**
 * The numbers of an element, whatever type they are stored as.
 *
 * @throws {InputError} If the type is not numeric or the last number is cut.
 */
export function readNumbers(element: Element, cursor: ElementCursor): number[] {
  const format = NUMBER_FORMATS.get(element.type);
  const sizeBytes = element.view.byteLength;
  if (!format || sizeBytes % format.size !== 0) {
    throw new InputError(
      `${cursor.at}: Cannot read MATLAB file as an element must hold whole numbers of a known type: ` +
        `it has type ${element.type} and ${sizeBytes} bytes; is the file damaged?`,
    );
  }
  const numbers = new Array<number>(sizeBytes / format.size);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = format.read(element.view, i * format.size, cursor.isLittleEndian);
  }
  return numbers;
}
