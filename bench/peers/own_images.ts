/**
 * Our own program from a folder of JPEG files to training crops of 224 px, in a process of its own; the same protocol as
 * bench/peers/image_pipeline.py. Files are decoded by TensorFlow, as they are in a run with that backend.
 *
 *     deno run -A bench/peers/own_images.ts FOLDER
 */
// deno-lint-ignore-file no-console

import { cpuUsage } from "node:process";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { createImageLoader } from "../../lib/image/loader.ts";
import { IMAGENET_PRESET } from "../../lib/image/preset.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { giveBackFloats } from "../../lib/spare_memory.ts";
import { readLines } from "./process_group.ts";

const BATCH_SIZE = 50;

const folder = Deno.args[0]!;
const { backend } = await openBackend("tensorflow");
const records: { imagePath: string }[] = [];
for await (const { name } of Deno.readDir(folder)) records.push({ imagePath: name });
const loader = createImageLoader({ folder, preset: IMAGENET_PRESET, cacheBytes: 0 });
async function load(first: number): Promise<void> {
  const batch = records.slice(first, first + BATCH_SIZE);
  const streamOf = (i: number) => RandomStream.named(1, `augment/0/${first}/${i}`);
  giveBackFloats(await loader.loadTrain(batch, streamOf)); // as training does
}

await load(0);
let processorSeconds = 0;
console.log(`proxyan, ${backend.name} ${backend.version}`);
for await (const line of readLines(Deno.stdin.readable)) {
  if ((JSON.parse(line) as { op: string }).op === "processor") {
    console.log(processorSeconds);
    continue;
  }
  const [start, startUsage] = [performance.now(), cpuUsage()];
  for (let first = 0; first < records.length; first += BATCH_SIZE) await load(first);
  const { user, system } = cpuUsage(startUsage);
  processorSeconds = (user + system) / 1e6;
  console.log((performance.now() - start) / 1e3);
}
