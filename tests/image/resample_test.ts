import { assert, assertEquals } from "@std/assert";
import { centralCrop } from "../../lib/image/crop.ts";
import { type AxisMap, mapBox, Resampler } from "../../lib/image/resample.ts";
import golden from "../golden/image_pillow.json" with { type: "json" };
import { decodeBase64 } from "../support/base64.ts";

const SOURCE = { ...golden.source, pixels: decodeBase64(golden.source.pixels) };

function resample(x: AxisMap, y: AxisMap, size: number, source = SOURCE): number[] {
  const result = new Uint8Array(size * size * 3);
  new Resampler(size).resample(source, x, y, result);
  return [...result];
}

/** The whole axis, resized to `size`. */
function whole(length: number, size: number): AxisMap {
  return { start: 0, length, resizedLength: size, offset: 0 };
}

Deno.test("Resampler gives Pillow's bytes for crops of any scale, enlarged ones too", () => {
  assert(golden.train.length >= 6);
  for (const { box, size, pixels } of golden.train) {
    const { x, y } = mapBox(box, size);
    assertEquals(resample(x, y, size), [...decodeBase64(pixels)]);
  }
});

Deno.test("Resampler gives Pillow's bytes for the central cut of a resized image", () => {
  for (const { resizeSize, size, pixels } of golden.evaluation) {
    const crop = centralCrop(61, 47, { resizeSize, inputSize: size });
    const x = { ...whole(61, crop.resizedWidth), offset: crop.left };
    const y = { ...whole(47, crop.resizedHeight), offset: crop.top };
    assertEquals(resample(x, y, size), [...decodeBase64(pixels)]);
  }
});

Deno.test("Resampler agrees with an integral over the triangle in plain float64 loops", () => {
  const box = { left: 9, top: 4, width: 45, height: 38 };
  for (const size of [2, 7, 16, 60]) {
    const { x, y } = mapBox(box, size);
    const actual = resample(x, y, size);
    const expected = referenceResize(box, size);
    // Two roundings to 8 bits: half a level after the rows, half after the columns.
    actual.forEach((level, i) => {
      assert(Math.abs(level - expected[i]!) <= 1.0001, `${size}: ${level} and ${expected[i]}`);
    });
  }
});

/** Σ k in / Σ k over both axes at once, without rounding; shares no code with the module. */
function referenceResize(
  box: { left: number; top: number; width: number; height: number },
  size: number,
): number[] {
  const triangle = (out: number, j: number, length: number) => {
    const scale = Math.max(1, length / size);
    return Math.max(0, 1 - Math.abs(j + 0.5 - (out + 0.5) * length / size) / scale);
  };
  const result: number[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let [sum, weightSum] = [0, 0];
        for (let j = 0; j < box.height; j++) {
          for (let i = 0; i < box.width; i++) {
            const weight = triangle(row, j, box.height) * triangle(column, i, box.width);
            const at = ((box.top + j) * 61 + box.left + i) * 3 + channel;
            sum += weight * SOURCE.pixels[at]!;
            weightSum += weight;
          }
        }
        result.push(sum / weightSum);
      }
    }
  }
  return result;
}

Deno.test("Resampler weighs neighbors by a triangle: four pixels to two, by hand", () => {
  // Scale 2, so the triangle is 4 wide: centers 1 and 3, weights .75 .75 .25 and .25 .75 .75 over 1.75.
  const levels = [0, 70, 140, 210];
  const pixels = Uint8Array.from(Array.from({ length: 48 }, (_, i) => levels[(i % 12) / 3 | 0]!));
  const axis = whole(4, 2);
  const row = [50, 50, 50, 160, 160, 160];
  assertEquals(resample(axis, axis, 2, { pixels, width: 4, height: 4 }), [...row, ...row]);
});

Deno.test("Resampler keeps white white and leaves pixels outside the box without influence", () => {
  const pixels = new Uint8Array(30 * 20 * 3);
  const box = { left: 11, top: 6, width: 13, height: 9 };
  for (let row = 6; row < 15; row++) {
    pixels.fill(255, (row * 30 + 11) * 3, (row * 30 + 24) * 3);
  }
  for (const size of [1, 4, 9, 31]) {
    const { x, y } = mapBox(box, size);
    const result = resample(x, y, size, { pixels, width: 30, height: 20 });
    assertEquals(result, new Array(size * size * 3).fill(255));
  }
});

Deno.test("Resampler gives the same bytes after other work", () => {
  const resampler = new Resampler(8);
  const [first, again, other] = [1, 2, 3].map(() => new Uint8Array(192));
  const { x, y } = mapBox({ left: 3, top: 2, width: 20, height: 17 }, 8);
  resampler.resample(SOURCE, x, y, first!);
  resampler.resample(SOURCE, whole(61, 8), whole(47, 8), other!);
  resampler.resample(SOURCE, x, y, again!);
  assertEquals(again, first);
});
