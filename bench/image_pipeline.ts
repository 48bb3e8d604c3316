/**
 * Images per second of the input pipeline: 500x375 JPEG files to training crops of 224, and torchvision's rate beside it.
 *
 * Command: deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys --allow-run \
 *   bench/image_pipeline.ts [--images 200] [--python python3]
 *
 * "Per core" divides by processor seconds, so that other programs and the number of cores do not matter.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { cpuUsage } from "node:process";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { createImageLoader } from "../lib/image/loader.ts";
import { IMAGENET_PRESET } from "../lib/image/preset.ts";
import { RandomStream } from "../lib/random_stream.ts";

const BATCH_SIZE = 50;
const [WIDTH, HEIGHT] = [500, 375];

interface Rate {
  readonly imagesPerSecond: number;
  readonly imagesPerCoreSecond: number;
}

/** A JPEG like a photograph: soft shapes of several sizes, and the noise of a sensor. */
async function writePhoto(path: string, seed: number): Promise<void> {
  const stream = RandomStream.named(seed, "photo");
  const draw = (width: number, height: number, spread: number) =>
    Uint8Array.from(
      { length: width * height * 3 },
      () => Math.max(0, Math.min(255, 128 + spread * stream.nextNormal())),
    );
  const enlarge = (width: number, height: number, spread: number) =>
    sharp(draw(width, height, spread), { raw: { width, height, channels: 3 } })
      .resize(WIDTH, HEIGHT, { fit: "fill" }).png().toBuffer();
  const [coarse, middle, fine] = await Promise.all([
    enlarge(6, 5, 70),
    enlarge(50, 38, 45),
    enlarge(WIDTH, HEIGHT, 30),
  ]);
  await sharp(coarse).composite([
    { input: middle, blend: "overlay" },
    { input: fine, blend: "soft-light" },
  ]).removeAlpha().jpeg({ quality: 90 }).toFile(path);
}

async function measure(imageCount: number, load: (first: number) => Promise<unknown>) {
  await load(0); // compiled, files in the system's cache
  const [startMs, startUsage] = [performance.now(), cpuUsage()];
  for (let first = 0; first < imageCount; first += BATCH_SIZE) await load(first);
  const { user, system } = cpuUsage(startUsage);
  return {
    imagesPerSecond: imageCount / (performance.now() - startMs) * 1e3,
    imagesPerCoreSecond: imageCount / (user + system) * 1e6,
  };
}

/** Rates of loading `records` of `folder`, in batches. */
function measureLoader(folder: string, imagePaths: readonly string[], options: {
  readonly cacheBytes: number;
  readonly inputSize: number;
}): Promise<Rate> {
  const { cacheBytes, inputSize } = options;
  const resizeSize = Math.round(inputSize * 8 / 7);
  const preset = { ...IMAGENET_PRESET, inputSize, resizeSize };
  const loader = createImageLoader({ folder, preset, cacheBytes });
  const records = imagePaths.map((imagePath) => ({ imagePath }));
  return measure(records.length, (first) => {
    const batch = records.slice(first, first + BATCH_SIZE);
    return loader.loadTrain(batch, (i) => RandomStream.named(1, `augment/0/${first}/${i}`));
  });
}

/** torchvision's rates, or why there are none. */
async function measurePeer(python: string, folder: string): Promise<Rate | string> {
  const script = fileURLToPath(new URL("./peers/image_pipeline.py", import.meta.url));
  try {
    const { code, stdout, stderr } = await new Deno.Command(python, { args: [script, folder] })
      .output();
    const text = new TextDecoder();
    if (code === 0) return JSON.parse(text.decode(stdout)) as Rate;
    return text.decode(stderr).trim().split("\n").at(-1) ?? `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function formatRate(name: string, rate: Rate | string): string {
  if (typeof rate === "string") return `${name.padEnd(44)} absent: ${rate}`;
  const [wall, core] = [rate.imagesPerSecond.toFixed(0), rate.imagesPerCoreSecond.toFixed(0)];
  return `${name.padEnd(44)} ${wall.padStart(6)} images/s ${core.padStart(6)} images/s per core`;
}

const flags = parseArgs(Deno.args, { string: ["images", "python"] });
const imageCount = Number(flags.images ?? 200);
const folder = await Deno.makeTempDir({ prefix: "proxyan_bench_" });
try {
  const imagePaths = Array.from({ length: imageCount }, (_, i) => `${i}.jpg`);
  for (const [i, imagePath] of imagePaths.entries()) await writePhoto(`${folder}/${imagePath}`, i);
  const { size } = await Deno.stat(`${folder}/0.jpg`);
  console.log(
    `${imageCount} JPEG files of ${WIDTH}x${HEIGHT}, about ${(size / 1024).toFixed(0)} KiB`,
  );
  const rows = [
    ["224 px, from files", { cacheBytes: 0, inputSize: 224 }],
    ["224 px, decoded before", { cacheBytes: 1e9, inputSize: 224 }],
    ["32 px, decoded before", { cacheBytes: 1e9, inputSize: 32 }],
  ] as const;
  for (const [name, options] of rows) {
    // What fills the cache is not measured: that is the row without it.
    const paths = options.cacheBytes > 0 ? imagePaths.slice(0, BATCH_SIZE) : imagePaths;
    console.log(formatRate(name, await measureLoader(folder, paths, options)));
  }
  const peer = await measurePeer(flags.python as string ?? "python3", folder);
  console.log(formatRate("torchvision, 224 px, from files, one thread", peer));
} finally {
  await Deno.remove(folder, { recursive: true });
}
