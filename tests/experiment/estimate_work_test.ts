import { assertAlmostEquals, assertEquals } from "@std/assert";
import { CUB200 } from "../../lib/dataset/cub200.ts";
import { bytesOf, countWork, findRate, hoursOf } from "../../lib/experiment/estimate_work.ts";
import { smallConfig } from "../support/train_config.ts";

const PAPER = smallConfig({
  backbone: "resnet50",
  classesPerBatch: 27,
  imagesPerClass: 3,
  epochCount: 50,
  evaluateEvery: 1,
  embeddingSize: 512,
  inputSize: 224,
  resizeSize: 256,
});

Deno.test("countWork() counts the images of CUB's full run as METHOD has them", () => {
  // 5,864 images in batches of 81: batches while (count + 81) < 5,864, so 72 of them
  assertEquals(countWork(PAPER, CUB200.counts), {
    trainedImages: 50 * 72 * 81,
    embeddedImages: 51 * 5924,
  });
  const tenth = countWork({ ...PAPER, setting: { kind: "partial", rate: 0.1 } }, CUB200.counts);
  assertEquals(tenth.trainedImages, 50 * 7 * 81); // floor(0.1 * 5,864) = 586
  const flat = countWork({ ...PAPER, setting: { kind: "imbalance", gamma: 1 } }, CUB200.counts);
  assertEquals(flat.trainedImages, 50 * 71 * 81); // 100 classes of floor(58.64)
});

Deno.test("findRate() takes what was measured here before what is known", () => {
  const known = [{
    backbone: "resnet50",
    backend: "tensorflow",
    inputSize: 224,
    train: 9,
    embed: 36,
  }];
  assertEquals(findRate(PAPER, "tensorflow", known, []), known[0]!);
  assertEquals(findRate(PAPER, "wasm", known, []), null);
  assertEquals(findRate({ ...PAPER, inputSize: 112 }, "tensorflow", known, []), null);
});

Deno.test("hoursOf() and bytesOf() are plain arithmetic", () => {
  const rate = {
    backbone: "resnet50",
    backend: "tensorflow",
    inputSize: 224,
    train: 10,
    embed: 40,
  };
  assertAlmostEquals(hoursOf({ trainedImages: 36000, embeddedImages: 144000 }, rate), 2, 1e-12);
  // ResNet-50 without classifier has 23,508,032 parameters and 53,120 statistics; the head 4 F + 2 F + F D + D
  const entries = 23_508_032 + 53_120 + 6 * 2048 + 2048 * 512 + 512;
  assertEquals(bytesOf(PAPER), 2 * 4 * entries);
});
