import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { decodeText } from "../../lib/file/decode_text.ts";

/** UTF-16 without a mark, low byte first. */
const utf16 = (text: string) =>
  Array.from(text).flatMap((letter) => [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8]);
const swapped = (bytes: number[]) => bytes.flatMap((_, i) => bytes[i ^ 1]!);
const WORDS = "auk\nt\u00e9rn";

Deno.test("the byte-order mark decides, and without one text is UTF-8", () => {
  const files: readonly (readonly number[])[] = [
    [...new TextEncoder().encode(WORDS)],
    [0xef, 0xbb, 0xbf, ...new TextEncoder().encode(WORDS)],
    [0xff, 0xfe, ...utf16(WORDS)],
    [0xfe, 0xff, ...swapped(utf16(WORDS))],
  ];
  for (const bytes of files) {
    assertEquals(decodeText(Uint8Array.from(bytes), "x", "read labels"), WORDS);
  }
  assertEquals(decodeText(new Uint8Array(), "x", "read labels"), "");
});

Deno.test("other encodings are refused, and the line says what to do", () => {
  const cases: readonly (readonly [readonly number[], string])[] = [
    [[0x74, 0xe9, 0x72, 0x6e], "no whole UTF-8"], // Latin-1
    [[0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], "UTF-32"],
    [[0xff, 0xfe, 0x61], "no whole UTF-16"],
    [utf16("auk"), "UTF-16 without the mark, or no text at all"],
  ];
  for (const [bytes, value] of cases) {
    const error = assertThrows(
      () => decodeText(Uint8Array.from(bytes), "x.txt", "read labels"),
      InputError,
    );
    assertEquals(
      error.message,
      `x.txt: Cannot read labels as it must be UTF-8, or UTF-16 with a byte-order mark: it is ${value}; save it as UTF-8`,
    );
  }
});
