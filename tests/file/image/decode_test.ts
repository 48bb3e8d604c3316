import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { decodeImage } from "../../../lib/file/image/decode.ts";
import { inspectImage } from "../../../lib/file/image/inspect_image.ts";
import golden from "../../golden/image_pillow.json" with { type: "json" };
import { crc32 } from "node:zlib";
import { needs } from "../../support/permissions.ts";
import { decodeBase64 } from "../../support/base64.ts";
import { withFolder } from "../../support/tiny_originals.ts";

const ignore = needs("read", "write", "env", "ffi", "sys");
const RULE = "Cannot decode image as it must be a whole JPEG, PNG, WebP, GIF or TIFF file";

/** A file of the golden images. */
function goldenFile(name: string): Uint8Array<ArrayBuffer> {
  return decodeBase64(golden.decode.find((file) => file.name === name)!.file);
}

for (const { name, file, width, height, pixels } of golden.decode) {
  Deno.test({
    name: `decodeImage() gives Pillow's RGB of ${name}`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        await Deno.writeFile(`${folder}/${name}`, decodeBase64(file));
        const image = await decodeImage(`${folder}/${name}`);
        assertEquals([image.width, image.height], [width, height]);
        assertEquals([...image.pixels], [...decodeBase64(pixels)]);
      }),
  });
}

Deno.test({
  name: "decodeImage() ignores an embedded color profile, as Pillow does",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { default: sharp } = await import("sharp");
      const red = sharp({ create: { width: 4, height: 4, channels: 3, background: "#ff0000" } });
      await red.withIccProfile("p3").png().toFile(`${folder}/p3.png`);
      const { pixels } = await decodeImage(`${folder}/p3.png`);
      // sRGB's red has the levels 234, 51, 35 in Display P3; applying the profile would give 255, 0, 0 back.
      [234, 51, 35].forEach((level, channel) => {
        assert(Math.abs(pixels[channel]! - level) <= 2, `channel ${channel}: ${pixels[channel]}`);
      });
    }),
});

Deno.test({
  name: "decodeImage() keeps the high byte of 16-bit gray",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const { default: sharp } = await import("sharp");
      const levels = Uint16Array.from([0, 255, 256, 32767, 40000, 65535]);
      const raw = { width: 6, height: 1, channels: 1 } as const;
      await sharp(levels, { raw }).toColourspace("grey16").png().toFile(`${folder}/gray16.png`);
      const { pixels } = await decodeImage(`${folder}/gray16.png`);
      assertEquals([...pixels], [0, 0, 1, 127, 156, 255].flatMap((x) => [x, x, x]));
    }),
});

Deno.test({
  name: "inspectImage() tells the stored size, whatever EXIF says",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = `${folder}/turned.jpg`;
      await Deno.writeFile(path, goldenFile("turned_by_exif.jpg"));
      const { width, height } = await inspectImage(path);
      assertEquals([width, height], [20, 14]);
    }),
});

/** Writes `bytes` as an image and asserts the whole error text. */
async function assertRefused(bytes: Uint8Array, name: string, reason: string): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/${name}`;
    await Deno.writeFile(path, bytes);
    for (const read of [decodeImage, inspectImage]) {
      const error = await assertRejects(() => read(path), InputError);
      assertEquals(error.message, `${path}: ${reason}`);
    }
  });
}

const COLOR_JPEG = goldenFile("color.jpg");

for (const missingCount of [2, 60, 200]) {
  Deno.test({
    name: `a JPEG without its last ${missingCount} bytes is refused by name`,
    ignore,
    fn: () =>
      assertRefused(
        COLOR_JPEG.slice(0, -missingCount),
        "cut.jpg",
        `${RULE}: VipsJpeg: premature end of JPEG image`,
      ),
  });
}

Deno.test({
  name: "a truncated PNG is refused by name",
  ignore,
  fn: () =>
    assertRefused(
      goldenFile("alpha.png").slice(0, 300),
      "cut.png",
      `${RULE}: vipspng: libpng read error`,
    ),
});

Deno.test({
  name: "a text named .jpg is refused by name",
  ignore,
  fn: () =>
    assertRefused(
      new TextEncoder().encode("<html>404 Not Found</html>"),
      "page.jpg",
      `${RULE}: it is a web page`,
    ),
});

Deno.test({
  name: "a drawing named .jpg is refused by name",
  ignore,
  fn: () =>
    assertRefused(
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'),
      "drawing.jpg",
      `${RULE}: it is SVG`,
    ),
});

Deno.test({
  name: "an empty file is refused by name",
  ignore,
  fn: () =>
    assertRefused(
      new Uint8Array(),
      "empty.jpg",
      "Cannot decode image as the file must not be empty: it has 0 bytes",
    ),
});

Deno.test({
  name: "a missing file and a folder are refused by name",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const missing = await assertRejects(() => decodeImage(`${folder}/no.jpg`), InputError);
      assertEquals(
        missing.message,
        `${folder}/no.jpg: Cannot decode image as the file must exist: it does not`,
      );
      await Deno.mkdir(`${folder}/folder.jpg`);
      await assertRejects(
        () => decodeImage(`${folder}/folder.jpg`),
        InputError,
        `${folder}/folder.jpg: Cannot decode image as it must be a file: it is a folder`,
      );
    }),
});

Deno.test({
  name: "a file that changes is read again",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = `${folder}/image`;
      await Deno.writeFile(path, COLOR_JPEG);
      const first = await decodeImage(path);
      await Deno.writeFile(path, goldenFile("gray.jpg"));
      assertEquals(first.pixels.length, 20 * 14 * 3);
      const second = await decodeImage(path);
      assertEquals([second.pixels[0], second.pixels[1]], [second.pixels[2], second.pixels[2]]);
    }),
});

/** A PNG that claims a size; its pixels are not there. */
function claimPng(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + 25 + 12);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 13);
  bytes.set(new TextEncoder().encode("IHDR"), 12);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([1, 0, 0, 0, 0], 24);
  view.setUint32(29, crc32(bytes.subarray(12, 29)));
  bytes.set(new TextEncoder().encode("IDAT"), 37);
  view.setUint32(41, crc32(bytes.subarray(37, 41)));
  return bytes;
}

for (const [width, height] of [[16000, 16000], [30000, 30000], [10001, 10000]] as const) {
  Deno.test({
    name: `an image that claims ${width} x ${height} pixels is refused by its header`,
    ignore,
    fn: () =>
      assertRefused(
        claimPng(width, height),
        "bomb.png",
        "Cannot decode image as it must have at most 100000000 pixels: " +
          `it has ${width} x ${height}; make it smaller`,
      ),
  });
}

Deno.test({
  name: "a file that is larger than any image is refused before it is read",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = `${folder}/sparse.jpg`;
      await Deno.writeFile(path, COLOR_JPEG);
      await Deno.truncate(path, 2 ** 33);
      const error = await assertRejects(() => decodeImage(path), InputError);
      assertEquals(
        error.message,
        `${path}: Cannot decode image as the file must have at most 536870912 bytes: it has 8589934592 bytes`,
      );
    }),
});

Deno.test({
  name: "inspectImage() hashes the bytes that it decoded",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = `${folder}/color.jpg`;
      await Deno.writeFile(path, COLOR_JPEG);
      const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from(COLOR_JPEG));
      const { sizeBytes, sha256 } = await inspectImage(path);
      assertEquals(sizeBytes, COLOR_JPEG.length);
      assertEquals(sha256, new Uint8Array(digest).toHex());
    }),
});
