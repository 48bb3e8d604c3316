/**
 * Class folders of 60,000 small JPEG files, opened for the first time and again.
 *
 * Command: deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys bench/opening.ts [--images 60000] [--side 64]
 *
 * Files are in the system's cache, as they were just written: what is measured is the program. Each differs by a comment of its
 * own from the 64 drawn images that it is made of.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { cpuUsage } from "node:process";
import sharp from "sharp";
import { openFolder } from "../lib/dataset/open_folder.ts";
import { RandomStream } from "../lib/random_stream.ts";

const DRAWN_COUNT = 64;
const CLASS_SIZE = 5;

async function drawImage(seed: number, side: number): Promise<Uint8Array> {
  const stream = RandomStream.named(seed, "opening");
  const draw = (size: number) =>
    sharp(
      Uint8Array.from({ length: size * size * 3 }, () => stream.nextInteger(256)),
      { raw: { width: size, height: size, channels: 3 } },
    ).resize(side, side).png().toBuffer();
  const [coarse, fine] = [await draw(8), await draw(side)];
  const image = sharp(coarse).composite([{ input: fine, blend: "soft-light" }]).removeAlpha();
  return new Uint8Array(await image.jpeg({ quality: 85 }).toBuffer());
}

/** The same image with a comment behind its first marker. */
function addComment(jpeg: Uint8Array, text: string): Uint8Array {
  const comment = new TextEncoder().encode(text);
  const segment = [0xff, 0xfe, 0, comment.length + 2, ...comment];
  return new Uint8Array([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)]);
}

async function writeImages(root: string, imageCount: number, side: number): Promise<number> {
  const drawn = await Promise.all(
    Array.from({ length: DRAWN_COUNT }, (_, seed) => drawImage(seed, side)),
  );
  for (let i = 0; i < imageCount; i++) {
    const split = i < imageCount / 2 ? "train" : "test";
    const folder = `${root}/${split}/${Math.floor(i / CLASS_SIZE)}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(`${folder}/${i}.jpg`, addComment(drawn[i % DRAWN_COUNT]!, `${i}`));
  }
  return drawn.reduce((sum, { length }) => sum + length, 0) / DRAWN_COUNT;
}

/** Opens the folders, and prints how long it took. */
async function measure(name: string, root: string): Promise<string> {
  const [startMs, startUsage] = [performance.now(), cpuUsage()];
  let readCount = 0;
  const { dataset } = await openFolder({
    name: "bench",
    folders: { train: `${root}/train`, test: `${root}/test` },
    dataRoot: `${root}/data`,
    onProgress: (done) => readCount = done,
  });
  const { user, system } = cpuUsage(startUsage);
  const [wall, core] = [(performance.now() - startMs) / 1e3, (user + system) / 1e6];
  console.log(
    `${name.padEnd(14)} ${wall.toFixed(2).padStart(6)} s, ${core.toFixed(2).padStart(6)} ` +
      `processor seconds, ${readCount} files read`,
  );
  return dataset.dataHash;
}

const flags = parseArgs(Deno.args, { string: ["images", "side"] });
const [imageCount, side] = [Number(flags.images ?? 60_000), Number(flags.side ?? 64)];
const root = await Deno.makeTempDir({ prefix: "proxyan_bench_" });
try {
  const sizeBytes = await writeImages(root, imageCount, side);
  console.log(
    `${imageCount} JPEG files of ${side}x${side} (${sizeBytes.toFixed(0)} bytes in the mean) in ` +
      `${Math.ceil(imageCount / CLASS_SIZE)} class folders, ${navigator.hardwareConcurrency} cores`,
  );
  const hashes = [await measure("first opening", root), await measure("opened again", root)];
  hashes.push(await measure("once more", root));
  console.log(new Set(hashes).size === 1 ? "the same data hash each time" : "DATA HASHES DIFFER");
  if (new Set(hashes).size !== 1) Deno.exitCode = 1;
} finally {
  await Deno.remove(root, { recursive: true });
}
