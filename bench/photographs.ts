/** JPEG files like photographs, for benches of the input pipeline. */

import sharp from "sharp";
import { RandomStream } from "../lib/random_stream.ts";

/** Pixels of a file, as ImageNet's usual one has. */
export const [WIDTH, HEIGHT] = [500, 375];

/** Noise of a few sensors: drawing it anew for each of thousands of photographs would take longer than the bench. */
const SENSOR_COUNT = 16;
const sensors = new Map<number, ReturnType<typeof drawNoise>>();

function drawNoise(seed: number, name: string, size: readonly [number, number], spread: number) {
  const stream = RandomStream.named(seed, name);
  const [width, height] = size;
  const levels = Uint8Array.from(
    { length: width * height * 3 },
    () => Math.max(0, Math.min(255, 128 + spread * stream.nextNormal())),
  );
  return sharp(levels, { raw: { width, height, channels: 3 } })
    .resize(WIDTH, HEIGHT, { fit: "fill" }).png({ compressionLevel: 1 }).toBuffer();
}

/** A JPEG like a photograph: soft shapes of several sizes, and the noise of a sensor. */
async function writePhoto(path: string, seed: number): Promise<void> {
  const sensor = seed % SENSOR_COUNT;
  if (!sensors.has(sensor)) sensors.set(sensor, drawNoise(sensor, "fine", [WIDTH, HEIGHT], 30));
  const [coarse, middle, fine] = await Promise.all([
    drawNoise(seed, "coarse", [6, 5], 70),
    drawNoise(seed, "middle", [50, 38], 45),
    sensors.get(sensor)!,
  ]);
  await sharp(coarse).composite([
    { input: middle, blend: "overlay" },
    { input: fine, blend: "soft-light" },
  ]).removeAlpha().jpeg({ quality: 90 }).toFile(path);
}

/** Writes `0.jpg` to `count - 1`.jpg into a folder. @returns Their names. */
export async function writePhotos(folder: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `${i}.jpg`);
  for (const [i, name] of names.entries()) await writePhoto(`${folder}/${name}`, i);
  return names;
}
