import { assertEquals } from "@std/assert";
import {
  BN_INCEPTION_PRESET,
  createLevelTable,
  IMAGENET_PRESET,
  LEVEL_COUNT,
} from "../../lib/image/preset.ts";
import { assertAllClose } from "../support/close.ts";

Deno.test("createLevelTable() holds (level / 255 - mean) / deviation for every channel and level", () => {
  const table = createLevelTable(IMAGENET_PRESET);
  const expected = [0, 1, 2].flatMap((channel) =>
    Array.from(
      { length: LEVEL_COUNT },
      (_, level) =>
        (level / 255 - IMAGENET_PRESET.mean[channel]!) / IMAGENET_PRESET.deviation[channel]!,
    )
  );
  assertAllClose(table, expected, 1e-6);
});

Deno.test("createLevelTable() rounds as torchvision's ToTensor and Normalize, to the last bit", () => {
  // torch.tensor(levels, dtype=uint8) -> float32 / 255, then sub and div of float32 mean and deviation: torch 2.13.
  const table = createLevelTable(IMAGENET_PRESET);
  const levels = [0, 1, 77, 200, 255];
  assertEquals(
    [0, 1, 2].map((channel) => levels.map((level) => table[channel * 256 + level])),
    TORCH,
  );
});

Deno.test("BN_INCEPTION_PRESET is Caffe's: blue first, about -104, -117 and -128 to 151, 138 and 127", () => {
  assertEquals(BN_INCEPTION_PRESET.channelOrder, "bgr");
  const table = createLevelTable(BN_INCEPTION_PRESET);
  const ends = [0, 255, 256, 511, 512, 767].map((i) => Math.round(table[i]! * 255 * 0.0039));
  assertEquals(ends, [-104, 151, -117, 138, -128, 127]);
});

const TORCH = [
  [
    -2.1179039478302,
    -2.1007792949676514,
    -0.7992978692054749,
    1.3070467710494995,
    2.248908281326294,
  ],
  [
    -2.0357141494750977,
    -2.018207311630249,
    -0.6876749992370605,
    1.465686321258545,
    2.4285714626312256,
  ],
  [
    -1.804444432258606,
    -1.7870151996612549,
    -0.46239641308784485,
    1.6813944578170776,
    2.640000104904175,
  ],
];
