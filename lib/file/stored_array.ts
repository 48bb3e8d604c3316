/** An array as a file holds it, before anybody says what its entries are for. */

import { InputError } from "../errors.ts";
import { decodeNumbers, formatWholeNumbers, type NumberFormat } from "./number_format.ts";
import { quoteText } from "./quote_text.ts";

/** Text of a fixed width, padded with zeros: code points of four bytes, or UTF-8. */
export type TextFormat = "UTF32" | "UTF8";

/** Entries that are all of one format. */
export interface StoredArray {
  /** Where it came from; for errors. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly format: NumberFormat | TextFormat;
  readonly entryBytes: number;
  /** Row-major, little-endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The numbers of an array, as float32; wider ones round.
 *
 * @throws {InputError} If it holds text.
 */
export function decodeArray(array: StoredArray, action: string): Float32Array<ArrayBuffer> {
  const { path, format, bytes } = array;
  if (format !== "UTF32" && format !== "UTF8") return decodeNumbers(bytes, format);
  throw new InputError(`${path}: Cannot ${action} as it must hold numbers: it holds text`);
}

/**
 * The entries of an array as texts: text as it is, whole numbers of any width in decimal digits.
 *
 * @throws {InputError} If a number is not whole or too large to tell from its neighbors, or text is not UTF-8.
 */
export function formatArray(array: StoredArray, action: string): string[] {
  const { path, format, bytes } = array;
  if (format === "UTF32" || format === "UTF8") return decodeTexts(array, action);
  const texts = formatWholeNumbers(bytes, format);
  if (Array.isArray(texts)) return texts;
  throw new InputError(
    `${path}: Cannot ${action} as its numbers must be whole, and of a size that ${format} holds exactly: ` +
      `it is ${texts.value} in row ${texts.entry}`,
  );
}

function decodeTexts(
  { path, format, entryBytes, bytes }: StoredArray,
  action: string,
): string[] {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decode = (start: number) => {
    if (format === "UTF8") {
      return decoder.decode(bytes.subarray(start, start + entryBytes)).replace(/\0+$/, "");
    }
    const codes: number[] = [];
    for (let at = start; at < start + entryBytes; at += 4) codes.push(view.getUint32(at, true));
    return String.fromCodePoint(...codes).replace(/\0+$/, "");
  };
  return Array.from({ length: entryBytes === 0 ? 0 : bytes.length / entryBytes }, (_, row) => {
    try {
      return decode(row * entryBytes);
    } catch { // RangeError of a code point, TypeError of a decoder
      const shown = Array.from(bytes.subarray(row * entryBytes).subarray(0, 8), (byte) => byte);
      throw new InputError(
        `${path}: Cannot ${action} as its text must be Unicode: it is ${
          quoteText(String.fromCharCode(...shown))
        } in row ${row}`,
      );
    }
  });
}
