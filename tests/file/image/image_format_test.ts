import { assertEquals } from "@std/assert";
import { recognizeFormat } from "../../../lib/file/image/image_format.ts";

/** Beginnings of files, as Pillow 12 and libheif write them, or as the formats' descriptions have them. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ["\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"],
  ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"],
  ["RIFF\x24\0\0\0WEBPVP8 ", "WebP"],
  ["GIF89a", "GIF"],
  ["II*\0\x08\0\0\0", "TIFF"],
  ["MM\0*\0\0\0\x08", "TIFF"],
  ["\0\0\0 ftypavif\0\0\0\0", "AVIF"],
  ["\0\0\0\x18ftypheic\0\0\0\0", "HEIC"],
  ["\0\0\0\x18ftypmif1\0\0\0\0", "HEIC"],
  ["\0\0\0 ftypisom\0\0\x02\0", "a video"],
  ["BM\x36\x17\0\0", "BMP"],
  ["\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"],
  ["\xff\x4f\xff\x51\0\x2f", "JPEG 2000"],
  ["\xff\x0a\xfa\x1f", "JPEG XL"],
  ["%PDF-1.7", "PDF"],
  ["PK\x03\x04\x14\0", "ZIP"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Windows thumbnail cache or old Office file"],
  ["version https://git-lfs.github.com/spec/v1\noid sha256:", "a Git LFS pointer"],
  ["\ufeff<!DOCTYPE html>\n<html>", "a web page"],
  ["  <html><body>404</body>", "a web page"],
  ['<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG"],
  ["notes of mine\n", "text"],
];

function bytesOf(text: string): Uint8Array {
  const isBinary = [...text].every((character) => character.charCodeAt(0) < 256);
  return isBinary
    ? Uint8Array.from(text, (character) => character.charCodeAt(0))
    : new TextEncoder().encode(text);
}

for (const [text, format] of BEGINNINGS) {
  Deno.test(`${JSON.stringify(text.slice(0, 16))} begins ${format}`, () => {
    assertEquals(recognizeFormat(bytesOf(text)), format);
  });
}

Deno.test("bytes of no known format, and short ones, are not recognized", () => {
  assertEquals(recognizeFormat(Uint8Array.of(0, 1, 2, 3, 250, 251)), null);
  assertEquals(recognizeFormat(Uint8Array.of(0xff)), null);
  assertEquals(recognizeFormat(bytesOf("RIFF\x24\0\0\0WAVEfmt ")), null);
});
