import { assert, assertEquals, assertThrows } from "@std/assert";
import { centralCrop, drawTrainCrop } from "../../lib/image/crop.ts";
import { RandomStream } from "../../lib/random_stream.ts";

const IMAGENET = { resizeSize: 256, inputSize: 224 };

/** Crops of many draws, from one fixed seed. */
function drawMany(width: number, height: number, count: number) {
  const stream = RandomStream.named(5, `crop/${width}/${height}`);
  return Array.from({ length: count }, () => drawTrainCrop(width, height, stream));
}

Deno.test("drawTrainCrop() stays inside the image, with area and ratio in torchvision's ranges", () => {
  for (const [width, height] of [[500, 375], [33, 90], [240, 180]] as const) {
    for (const crop of drawMany(width, height, 2000)) {
      assert(crop.left >= 0 && crop.left + crop.width <= width);
      assert(crop.top >= 0 && crop.top + crop.height <= height);
      // Either side is rounded by up to half a pixel.
      const [w, h] = [crop.width, crop.height];
      assert((w + 0.5) * (h + 0.5) >= 0.08 * width * height);
      assert((w - 0.5) * (h - 0.5) <= width * height);
      assert((w + 0.5) / (h - 0.5) >= 3 / 4);
      assert((w - 0.5) / (h + 0.5) <= 4 / 3);
    }
  }
});

Deno.test("drawTrainCrop() draws areas and log-ratios uniformly on a square that rejects few of them", () => {
  // Areas up to 0.75 of a square fit at any ratio in [3/4, 4/3]: below that nothing is rejected.
  const crops = drawMany(4000, 4000, 20_000);
  const areas = crops.map(({ width, height }) => width * height / 4000 ** 2);
  const small = crops.filter((_, i) => areas[i]! < 0.74);
  const smallAreas = areas.filter((area) => area < 0.74);
  for (let bin = 0; bin < 6; bin++) {
    const low = 0.08 + 0.11 * bin;
    const share = smallAreas.filter((area) => area >= low && area < low + 0.11).length /
      smallAreas.length;
    assert(Math.abs(share - 1 / 6) < 0.015, `area bin ${bin}: ${share}`); // 4.5 standard deviations
  }
  const logRatios = small.map(({ width, height }) => Math.log(width / height) / Math.log(4 / 3));
  for (let bin = 0; bin < 4; bin++) {
    const low = -1 + bin / 2;
    const share = logRatios.filter((x) => x >= low && x < low + 0.5).length / small.length;
    assert(Math.abs(share - 1 / 4) < 0.02, `ratio bin ${bin}: ${share}`);
  }
});

Deno.test("drawTrainCrop() places crops uniformly and flips half of them", () => {
  const crops = drawMany(500, 375, 20_000);
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const free = crops.filter(({ width, height }) => width < 300 && height < 250);
  const places = free.map(({ left, width }) => left / (500 - width));
  const heights = free.map(({ top, height }) => top / (375 - height));
  for (const axis of [places, heights]) {
    assert(Math.abs(mean(axis) - 0.5) < 0.01);
    // The second moment of a uniform number is 1/3: crops that stick to the middle or the ends fail here.
    assert(Math.abs(mean(axis.map((x) => x * x)) - 1 / 3) < 0.015);
    assert(axis.some((x) => x === 0) && axis.some((x) => x === 1));
  }
  assert(Math.abs(mean(crops.map(({ isFlipped }) => Number(isFlipped))) - 0.5) < 0.015);
});

Deno.test("drawTrainCrop() falls back to the largest central crop where no draw fits", () => {
  // 1000 x 10: a crop of 0.08 of the area and ratio 4/3 would be 25 high.
  for (const { isFlipped: _, ...box } of drawMany(1000, 10, 50)) {
    assertEquals(box, { left: 493, top: 0, width: 13, height: 10 }); // round(40/3) = 13, floor(987/2)
  }
  for (const { isFlipped: _, ...box } of drawMany(10, 1000, 50)) {
    assertEquals(box, { left: 0, top: 493, width: 10, height: 13 });
  }
});

Deno.test("drawTrainCrop() takes the whole of a single pixel", () => {
  for (const crop of drawMany(1, 1, 20)) {
    assertEquals([crop.left, crop.top, crop.width, crop.height], [0, 0, 1, 1]);
  }
});

Deno.test("drawTrainCrop() depends on nothing but its stream", () => {
  const draw = (name: string) => drawTrainCrop(500, 375, RandomStream.named(3, name));
  assertEquals(draw("augment/1/2/3"), draw("augment/1/2/3"));
  assert(JSON.stringify(draw("augment/1/2/3")) !== JSON.stringify(draw("augment/1/2/4")));
});

Deno.test("centralCrop() cuts the longer side down and rounds offsets half to even, as torchvision", () => {
  // [width, height] -> resized width and height, left, top; worked by hand.
  const cases: [number, number, number, number, number, number][] = [
    [500, 375, 341, 256, 58, 16], // 341.33; (341 - 224) / 2 = 58.5 -> 58
    [375, 500, 256, 341, 16, 58],
    [256, 256, 256, 256, 16, 16],
    [300, 224, 342, 256, 59, 16], // 342.86
    [257, 191, 344, 256, 60, 16], // 344.46
    [343, 256, 343, 256, 60, 16], // 59.5 -> 60
    [100, 50, 512, 256, 144, 16], // enlarged
    [1, 3, 256, 768, 16, 272],
  ];
  for (const [width, height, resizedWidth, resizedHeight, left, top] of cases) {
    assertEquals(centralCrop(width, height, IMAGENET), { resizedWidth, resizedHeight, left, top });
  }
  assertEquals(centralCrop(240, 180, { resizeSize: 36, inputSize: 32 }), {
    resizedWidth: 48,
    resizedHeight: 36,
    left: 8,
    top: 2,
  });
});

Deno.test("crops refuse images without pixels and presets that would need padding", () => {
  const size = "Cannot crop as width and height must be whole numbers from 1: they are ";
  assertThrows(() => centralCrop(0, 5, IMAGENET), RangeError, `${size}0 and 5`);
  const stream = RandomStream.named(0, "crop");
  assertThrows(() => drawTrainCrop(4, 1.5, stream), RangeError, `${size}4 and 1.5`);
  assertThrows(
    () => centralCrop(9, 9, { resizeSize: 8, inputSize: 9 }),
    RangeError,
    "Cannot crop as inputSize must be at most resizeSize, 8: it is 9",
  );
});
