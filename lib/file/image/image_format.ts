/** What a file is, by its first bytes: its name may say anything. */

/** Formats that can be decoded. Others, such as SVG, are no photographs, or need a decoder that is not here. */
export const IMAGE_FORMATS = ["JPEG", "PNG", "WebP", "GIF", "TIFF"] as const;

/** A format, by bytes at a fixed place. */
interface Signature {
  /** As an error names it. */
  readonly format: string;
  readonly offset: number;
  /** Character codes below 256. */
  readonly bytes: string;
}

const SIGNATURES: readonly Signature[] = [
  { format: "JPEG", offset: 0, bytes: "\xff\xd8\xff" },
  { format: "PNG", offset: 0, bytes: "\x89PNG\r\n\x1a\n" },
  { format: "GIF", offset: 0, bytes: "GIF8" },
  { format: "WebP", offset: 8, bytes: "WEBP" },
  { format: "TIFF", offset: 0, bytes: "II*\0" },
  { format: "TIFF", offset: 0, bytes: "MM\0*" },
  { format: "TIFF", offset: 0, bytes: "II+\0" },
  { format: "TIFF", offset: 0, bytes: "MM\0+" },
  { format: "AVIF", offset: 4, bytes: "ftypavi" },
  { format: "HEIC", offset: 4, bytes: "ftyphe" },
  { format: "HEIC", offset: 4, bytes: "ftypm" },
  { format: "a video", offset: 4, bytes: "ftyp" },
  { format: "JPEG 2000", offset: 0, bytes: "\0\0\0\x0cjP  " },
  { format: "JPEG 2000", offset: 0, bytes: "\xff\x4f\xff\x51" },
  { format: "JPEG XL", offset: 0, bytes: "\0\0\0\x0cJXL " },
  { format: "JPEG XL", offset: 0, bytes: "\xff\x0a" },
  { format: "JPEG XR", offset: 0, bytes: "II\xbc" },
  { format: "BMP", offset: 0, bytes: "BM" },
  { format: "ICO", offset: 0, bytes: "\0\0\x01\0" },
  { format: "Photoshop", offset: 0, bytes: "8BPS" },
  { format: "Radiance HDR", offset: 0, bytes: "#?" },
  { format: "OpenEXR", offset: 0, bytes: "v/1\x01" },
  { format: "PDF", offset: 0, bytes: "%PDF" },
  { format: "PostScript", offset: 0, bytes: "%!PS" },
  { format: "ZIP", offset: 0, bytes: "PK\x03\x04" },
  { format: "gzip", offset: 0, bytes: "\x1f\x8b" },
  { format: "a video", offset: 0, bytes: "\x1a\x45\xdf\xa3" },
  { format: "a Git LFS pointer", offset: 0, bytes: "version https://git-lfs" },
  { format: "Apple's metadata of another file", offset: 0, bytes: "\0\x05\x16\x07" },
  { format: "a Windows thumbnail cache or old Office file", offset: 0, bytes: "\xd0\xcf\x11\xe0" },
];

/** Bytes that tell text from anything else. */
const TEXT_SIZE = 512;

/**
 * The format of a file, by its first bytes: one of {@linkcode IMAGE_FORMATS}, or what it is instead.
 *
 * @returns `null` if it is nothing that is known here.
 */
export function recognizeFormat(bytes: Uint8Array): string | null {
  const found = SIGNATURES.find(({ offset, bytes: signature }) =>
    [...signature].every((character, i) => bytes[offset + i] === character.charCodeAt(0))
  );
  return found?.format ?? recognizeText(bytes);
}

function recognizeText(bytes: Uint8Array): string | null {
  const isCut = bytes.length > TEXT_SIZE; // perhaps within a character
  const text = new TextDecoder().decode(bytes.subarray(0, TEXT_SIZE), { stream: isCut })
    .trimStart();
  if (/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg/is.test(text)) return "SVG";
  if (/^(<!doctype html|<html)/i.test(text)) return "a web page";
  // deno-lint-ignore no-control-regex
  return /[\x00-\x08\x0e-\x1f\ufffd]/.test(text) ? null : "text";
}
