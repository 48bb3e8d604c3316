import { assert, assertEquals } from "@std/assert";
import type { default as sharpModule, Sharp } from "sharp";
import { decodeImageBytes } from "../../../lib/file/image/decode.ts";
import { loadSharp } from "../../../lib/file/image/load_sharp.ts";
import { type JpegSize, walkJpeg } from "../../../lib/file/image/walk_jpeg.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { needs } from "../../support/permissions.ts";
import { IMAGE_PERMISSIONS } from "../../support/tiny_originals.ts";

const ignore = needs(...IMAGE_PERMISSIONS);
type Sharpen = typeof sharpModule;

const SIZES = [[16, 16], [31, 17], [40, 9], [8, 8], [33, 33], [64, 48], [5, 3], [200, 1]] as const;

function drawNoise(sharp: Sharpen, k: number): Sharp {
  const [width, height] = SIZES[k % SIZES.length]!;
  const stream = RandomStream.named(k, "noise");
  const levels = Uint8Array.from({ length: width * height * 3 }, () => stream.nextInteger(256));
  const image = sharp(levels, { raw: { width, height, channels: 3 } });
  return k % 4 === 3 ? image.greyscale() : image;
}

async function encodeAll(): Promise<Uint8Array[]> {
  const sharp = await loadSharp();
  return await Promise.all(SIZES.map(async (_, k) => {
    const image = k % 3 === 1
      ? drawNoise(sharp, k).withMetadata({ orientation: 6 })
      : drawNoise(sharp, k);
    const chromaSubsampling = k % 2 === 0 ? "4:2:0" : "4:4:4";
    const jpeg = image.jpeg({ quality: 50 + 5 * k, chromaSubsampling, optimiseCoding: k < 5 });
    return new Uint8Array(await jpeg.toBuffer());
  }));
}

async function decodeSize(bytes: Uint8Array): Promise<JpegSize | null> {
  try {
    const { width, height } = await decodeImageBytes(bytes, "x.jpg");
    return { width, height };
  } catch {
    return null;
  }
}

Deno.test({
  name: "walkJpeg() tells the size of whole baseline files, of any sampling",
  ignore,
  async fn() {
    const sizes = (await encodeAll()).map(walkJpeg);
    assertEquals(sizes, SIZES.map(([width, height]) => ({ width, height })));
  },
});

Deno.test({
  name: "walkJpeg() leaves what is cut short, progressive, in inks or no JPEG to the decoder",
  ignore,
  async fn() {
    const [jpeg] = await encodeAll();
    for (let length = 0; length < jpeg!.length; length++) {
      assertEquals([length, walkJpeg(jpeg!.subarray(0, length))], [length, null]);
    }
    assert(walkJpeg(new Uint8Array([...jpeg!, 0, 0]))); // behind the end
    const sharp = await loadSharp();
    const progressive = await drawNoise(sharp, 1).jpeg({ progressive: true }).toBuffer();
    const inks = await drawNoise(sharp, 1).toColourspace("cmyk").jpeg().toBuffer();
    const png = await drawNoise(sharp, 1).png().toBuffer();
    assertEquals([progressive, inks, png].map(walkJpeg), [null, null, null]);
  },
});

Deno.test({
  name: "walkJpeg() accepts no file that the decoder refuses: 500 files with a damage",
  ignore,
  async fn() {
    const files = await encodeAll();
    const stream = RandomStream.named(1, "damage");
    let acceptedCount = 0;
    for (let i = 0; i < 500; i++) {
      const damaged = damage(files[i % files.length]!, stream);
      const size = walkJpeg(damaged);
      if (!size) continue;
      acceptedCount++;
      assertEquals([i, await decodeSize(damaged)], [i, size]);
    }
    assert(acceptedCount > 50); // a changed bit of a coefficient is a whole file still
  },
});

/** A bit or a byte changed, a few left out, or the end: in the header as often as anywhere. */
function damage(bytes: Uint8Array, stream: RandomStream): Uint8Array {
  const reach = stream.nextFloat() < 0.5 ? bytes.length : Math.min(bytes.length, 700);
  const at = stream.nextInteger(reach);
  const changed = bytes.slice();
  switch (stream.nextInteger(4)) {
    case 0:
      changed[at]! ^= 1 << stream.nextInteger(8);
      return changed;
    case 1:
      changed[at] = stream.nextInteger(256);
      return changed;
    case 2:
      return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + at % 4)]);
    default:
      return bytes.subarray(0, at);
  }
}
