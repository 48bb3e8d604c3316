import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { openImageBytes, type PixelArray } from "../../../lib/file/image/decode.ts";
import { registerJpegDecoder } from "../../../lib/file/image/jpeg_decoder.ts";
import { readJpegHeader } from "../../../lib/file/image/jpeg_size.ts";
import golden from "../../golden/image_pillow.json" with { type: "json" };
import { decodeBase64 } from "../../support/base64.ts";
import { cutOut, drawJpeg, partsOf } from "../../support/image_parts.ts";
import { needs } from "../../support/permissions.ts";

const ignore = needs("read", "env", "ffi", "sys");

async function assertPartsEqual(bytes: Uint8Array, whole: PixelArray, name: string): Promise<void> {
  const image = await openImageBytes(bytes, name);
  assertEquals([image.width, image.height], [whole.width, whole.height], name);
  for (const part of partsOf(whole.width, whole.height)) {
    const { pixels, width, height } = await image.decode(part);
    assertEquals([width, height], [part.width, part.height], name);
    assertEquals([...pixels], cutOut(whole, part), `${name}: ${JSON.stringify(part)}`);
  }
}

for (const { name, file, width, height, pixels } of golden.decode) {
  Deno.test({
    name: `parts of ${name} have Pillow's pixels`,
    ignore,
    fn: () =>
      assertPartsEqual(decodeBase64(file), { pixels: decodeBase64(pixels), width, height }, name),
  });
}

Deno.test({
  name: "parts of JPEG files with colors of half the resolution equal the same places of the whole",
  ignore,
  async fn() {
    for (const progressive of [false, true]) {
      const bytes = await drawJpeg({ quality: 90, chromaSubsampling: "4:2:0", progressive });
      const coding = `${progressive ? 0xc2 : 0xc0} ${0x22} ${0x11} ${0x11}`;
      assertEquals(readJpegHeader(bytes), { width: 117, height: 83, coding });
      const whole = await (await openImageBytes(bytes, "drawn.jpg")).decode();
      await assertPartsEqual(bytes, whole, `progressive ${progressive}`);
    }
  },
});

Deno.test({
  name: "what is missing below a part is not found by it, and its pixels are right",
  ignore,
  async fn() {
    const bytes = await drawJpeg({ quality: 90 });
    const whole = await (await openImageBytes(bytes, "whole.jpg")).decode();
    const cut = await openImageBytes(bytes.slice(0, -bytes.length / 4), "cut.jpg");
    const part = { left: 10, top: 2, width: 90, height: 20 };
    assertEquals([...(await cut.decode(part)).pixels], cutOut(whole, part));
    for (const beyond of [undefined, { ...part, height: 81 }]) {
      const error = await assertRejects(() => cut.decode(beyond), InputError);
      assertEquals(
        error.message,
        "cut.jpg: Cannot decode image as it must be a whole JPEG, PNG, WebP, GIF or TIFF file: " +
          "VipsJpeg: premature end of JPEG image",
      );
    }
  },
});

Deno.test({
  name: "an image of fewer pixels than its header tells of is refused",
  ignore,
  async fn() {
    const bytes = await drawJpeg({ quality: 90 });
    const image = await openImageBytes(bytes, "drawn.jpg");
    const { pixels } = await image.decode();
    const results = [pixels, pixels.subarray(3)].map((levels) => new Uint8Array(levels));
    registerJpegDecoder(() => Promise.resolve(results.shift()!));
    try {
      await image.decode();
      const error = await assertRejects(() => image.decode(), InputError);
      assertEquals(
        error.message,
        "drawn.jpg: Cannot decode image as it must be a whole JPEG, PNG, WebP, GIF or TIFF file: " +
          "its header tells of 117 x 83 pixels, and it has 9710",
      );
    } finally {
      registerJpegDecoder(null);
    }
  },
});

/** A marker and what follows it. */
const segment = (marker: number, ...content: number[]) => [
  ...[0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255],
  ...content,
];

Deno.test("readJpegHeader() takes the frame, whatever stands before it, and nothing that only looks like one", () => {
  const frame = segment(0xc2, 8, 1, 2, 3, 4, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1);
  const read = (...bytes: number[]) => readJpegHeader(Uint8Array.of(0xff, 0xd8, ...bytes));
  const header = { width: 3 * 256 + 4, height: 258, coding: `${0xc2} ${0x22} ${0x11} ${0x11}` };
  assertEquals(read(...frame), header);
  const thumbnail = segment(0xe1, 0xff, 0xd8, ...segment(0xc0, 8, 0, 9, 0, 9, 3));
  const tables = segment(0xc4, ...Array<number>(30).fill(8));
  assertEquals(read(...thumbnail, 0xff, 0xff, ...tables, ...frame), header);
  const withByte = (at: number, value: number) => read(...frame.with(at, value));
  assertEquals(withByte(4, 12), null); // bits
  assertEquals(withByte(9, 4), null); // inks
  assertEquals(read(...frame.with(5, 0).with(6, 0)), null); // its height comes later
  assertEquals(read(...frame.slice(0, 8)), null);
  assertEquals(read(0xff, 0xd9, ...frame), null);
  assertEquals(read(0, ...frame), null);
  assertEquals(readJpegHeader(new Uint8Array(0)), null);
});
