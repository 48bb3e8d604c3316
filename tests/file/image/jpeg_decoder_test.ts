import { assertEquals, assertRejects } from "@std/assert";
import {
  decodeJpeg,
  type JpegDecoder,
  registerJpegDecoder,
} from "../../../lib/file/image/jpeg_decoder.ts";

const PART = { left: 0, top: 0, width: 1, height: 1 };
const WHOLE = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
const PIXELS = Uint8Array.of(1, 2, 3);

/** Decodes files one after the other; tells who was asked, and whose pixels it got. */
async function decodeAll(
  decoder: JpegDecoder | null,
  files: readonly { readonly coding: string; readonly bytes?: Uint8Array }[],
  bySharp = () => PIXELS,
): Promise<string[]> {
  registerJpegDecoder(decoder);
  const seen: string[] = [];
  try {
    for (const { coding, bytes = WHOLE } of files) {
      let isAsked = false;
      const pixels = await decodeJpeg(bytes, { width: 1, height: 1, coding }, PART, () => {
        isAsked = true;
        return Promise.resolve(bySharp());
      });
      seen.push(`${isAsked ? "sharp, " : ""}${pixels}`);
    }
    return seen;
  } finally {
    registerJpegDecoder(null);
  }
}

/** Gives these one after the other; `null` is a refusal. */
function decoderOf(...results: readonly (readonly number[] | null)[]): JpegDecoder {
  const left = [...results];
  return () => {
    const levels = left.shift();
    return levels ? Promise.resolve(Uint8Array.from(levels)) : Promise.reject(new Error("no"));
  };
}

const file = { coding: "a" };

Deno.test("sharp decodes where no decoder is registered", async () => {
  assertEquals(await decodeAll(null, [file, file]), ["sharp, 1,2,3", "sharp, 1,2,3"]);
});

Deno.test("a decoder that gives sharp's pixels decodes all further files of the coding", async () => {
  const decoder = decoderOf([1, 2, 3], [4, 5, 6], [7, 8, 9]);
  const seen = await decodeAll(decoder, [file, file, file]);
  assertEquals(seen, ["sharp, 1,2,3", "4,5,6", "7,8,9"]);
});

Deno.test("a decoder that gives other pixels, or refuses what sharp does not, is not used again for that coding", async () => {
  for (const first of [[1, 2, 4], [1, 2], null]) {
    const decoder = decoderOf(first, [1, 2, 3], [4, 5, 6]);
    const seen = await decodeAll(decoder, [file, file, { coding: "b" }, { coding: "b" }]);
    assertEquals(seen, ["sharp, 1,2,3", "sharp, 1,2,3", "sharp, 1,2,3", "4,5,6"]);
  }
});

Deno.test("sharp decides about a file that the decoder refuses later, or that has no end", async () => {
  const decoder = decoderOf([1, 2, 3], null, [4, 5, 6], [7, 8, 9]);
  const cut = { coding: "a", bytes: WHOLE.subarray(0, 3) };
  const seen = await decodeAll(decoder, [file, file, file, cut, file]);
  assertEquals(seen, ["sharp, 1,2,3", "sharp, 1,2,3", "4,5,6", "sharp, 1,2,3", "7,8,9"]);
  const failing = decodeAll(decoderOf(null), [file], () => {
    throw new Error("damaged");
  });
  await assertRejects(() => failing, Error, "damaged");
});
