import { assertEquals } from "@std/assert";
import { estimateMegabytes, estimateMinutes } from "../../lib/cluster/estimate_job.ts";
import { storeRun } from "../../lib/experiment/store_run.ts";
import { finishRun } from "../experiment/finished_run.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { smallConfig } from "../support/train_config.ts";

const RATE = { backbone: "resnet50", backend: "tensorflow", inputSize: 224, train: 10, embed: 40 };
const HOUR = { trainedImages: 18_000, embeddedImages: 72_000 }; // half an hour each

Deno.test("an element asks for half as much again as its runs take, and ten minutes", () => {
  const run = { work: HOUR, rate: RATE };
  assertEquals(estimateMinutes([[run], [run, run]]), 2 * 60 * 1.5 + 10);
  assertEquals(estimateMinutes([[run, { work: HOUR, rate: null }]]), null);
});

Deno.test("without rows, a large network's memory is that of ResNet-50 at as many images", () => {
  const config = smallConfig({
    backbone: "resnet50",
    inputSize: 224,
    classesPerBatch: 4,
    imagesPerClass: 4,
  });
  // 16 images: 2.16 GB measured, half as much again, in steps of 256 MB
  assertEquals(estimateMegabytes(config, []), 3328);
  assertEquals(estimateMegabytes(smallConfig(), []), null);
});

testInFolder("rows of a network tell its memory", async (root) => {
  const run = await finishRun(root);
  const rows = (await storeRun(run)).map((row) => ({ ...row, peak_memory_bytes: 1e9 }));
  assertEquals(estimateMegabytes(run.config, rows), 1536);
});
