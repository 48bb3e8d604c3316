/** Text of files that people and their programs make: UTF-8, or UTF-16 where a byte-order mark says so. */

import { InputError } from "../errors.ts";

const MARKS = [
  { bytes: [0xff, 0xfe, 0, 0], encoding: null, name: "UTF-32" },
  { bytes: [0, 0, 0xfe, 0xff], encoding: null, name: "UTF-32" },
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8", name: "UTF-8" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le", name: "UTF-16" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be", name: "UTF-16" },
] as const;

/**
 * Decodes a text by its byte-order mark; without one it is UTF-8.
 *
 * @param path Where it came from; only used in errors.
 * @param action What it is read for, such as `read labels`.
 * @returns The text without the mark.
 * @throws {InputError} If it is of another encoding.
 */
export function decodeText(bytes: Uint8Array, path: string, action: string): string {
  const mark = MARKS.find((mark) => mark.bytes.every((byte, i) => bytes[i] === byte));
  const rule = "it must be UTF-8, or UTF-16 with a byte-order mark";
  const fail = (value: string): never => {
    throw new InputError(`${path}: Cannot ${action} as ${rule}: it is ${value}; save it as UTF-8`);
  };
  if (mark && mark.encoding === null) return fail(mark.name);
  const [encoding, name] = mark ? [mark.encoding, mark.name] : ["utf-8", "UTF-8"];
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return fail(`no whole ${name}`);
  }
  return text.includes("\0") ? fail("UTF-16 without the mark, or no text at all") : text;
}
