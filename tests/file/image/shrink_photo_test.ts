import { assert, assertEquals } from "@std/assert";
import { decodeImageBytes, type PixelArray } from "../../../lib/file/image/decode.ts";
import { recognizeFormat } from "../../../lib/file/image/image_format.ts";
import { reducedSize, shrinkPhoto } from "../../../lib/file/image/shrink_photo.ts";
import { InputError } from "../../../lib/errors.ts";
import { assertRejects } from "@std/assert";
import { reduceByLanczos } from "../../support/oracles/lanczos.ts";
import { needs } from "../../support/permissions.ts";
import { IMAGE_PERMISSIONS } from "../../support/tiny_originals.ts";

const ignore = needs(...IMAGE_PERMISSIONS);

/** Gray waves, finer towards the right and the bottom; equal channels leave the colors' half resolution out of account. */
function drawWaves(width: number, height: number): PixelArray {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels.fill(level(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { pixels, width, height };
}

const level = (x: number, y: number) =>
  Math.round(128 + 60 * Math.sin(x * x / 900) + 50 * Math.cos(y * y / 700 + x / 40));

/** Mean and largest difference of levels. */
async function differenceOf(
  jpeg: Uint8Array,
  expected: readonly (readonly number[])[],
): Promise<{ mean: number; largest: number }> {
  const { pixels, width, height } = await decodeImageBytes(jpeg, "made.jpg");
  assertEquals([width, height], [expected[0]!.length, expected.length]);
  const differences = expected.flatMap((row, y) =>
    row.map((value, x) => Math.abs(pixels[(y * width + x) * 3]! - value))
  );
  const sum = differences.reduce((total, value) => total + value, 0);
  return { mean: sum / differences.length, largest: Math.max(...differences) };
}

Deno.test("reducedSize() brings the shorter side to size, rounds as Python does, and enlarges nothing", () => {
  // Sizes of Cars196's boxes and of the photographs made of them, and two halves.
  assertEquals(reducedSize({ width: 569, height: 300 }, 112), { width: 212, height: 112 });
  assertEquals(reducedSize({ width: 206, height: 106 }, 112), { width: 206, height: 106 });
  assertEquals(reducedSize({ width: 300, height: 500 }, 100), { width: 100, height: 167 });
  assertEquals(reducedSize({ width: 201, height: 200 }, 100), { width: 100, height: 100 });
  assertEquals(reducedSize({ width: 203, height: 200 }, 100), { width: 102, height: 100 });
});

Deno.test({
  name: "shrinkPhoto() cuts out the box and reduces it by Lanczos, but for what a JPEG rounds",
  ignore,
  async fn() {
    const box = { left: 30, top: 20, right: 330, bottom: 220 };
    const jpeg = await shrinkPhoto(drawWaves(400, 260), { shorterSide: 80, quality: 95, box }, "a");
    assertEquals(recognizeFormat(jpeg), "JPEG");
    const cut = Array.from(
      { length: 200 },
      (_, y) => Array.from({ length: 300 }, (_, x) => level(x + 30, y + 20)),
    );
    const { mean, largest } = await differenceOf(jpeg, reduceByLanczos(cut, 120, 80));
    assert(mean < 1 && largest < 8, `${mean}, ${largest}`);
  },
});

Deno.test({
  name: "shrinkPhoto() leaves what is small at its size; what a box has beyond the image is black",
  ignore,
  async fn() {
    const box = { left: -16, top: 0, right: 48, bottom: 40 };
    const jpeg = await shrinkPhoto(drawWaves(60, 40), { shorterSide: 80, quality: 95, box }, "a");
    const expected = Array.from(
      { length: 40 },
      (_, y) => Array.from({ length: 64 }, (_, x) => x < 16 ? 0 : level(x - 16, y)),
    );
    const { mean } = await differenceOf(jpeg, expected);
    assert(mean < 1.5, `${mean}`);
  },
});

Deno.test({
  name: "shrinkPhoto() refuses a box without a pixel of the image",
  ignore,
  async fn() {
    const box = { left: 60, top: 0, right: 90, bottom: 40 };
    const error = await assertRejects(
      () => shrinkPhoto(drawWaves(60, 40), { shorterSide: 80, quality: 78, box }, "car.jpg"),
      InputError,
    );
    assertEquals(
      error.message,
      "car.jpg: Cannot cut out box as it must have pixels of the image, 60 x 40: it is 60, 0 to 90, 40",
    );
  },
});
