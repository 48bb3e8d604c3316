/** Normalized images, back to pictures that people can look at. */

import { Buffer } from "node:buffer";
import { loadSharp } from "../file/image/load_sharp.ts";
import type { ImagePreset } from "./preset.ts";

/**
 * Encodes images as the network sees them.
 *
 * @param values [N, S, S, 3], normalized by the preset; S is its `inputSize`.
 * @param count Of them, the first few.
 * @returns One PNG each.
 */
export async function encodePngs(
  values: Float32Array,
  preset: ImagePreset,
  count: number,
): Promise<Uint8Array[]> {
  const { inputSize } = preset;
  const length = inputSize * inputSize * 3;
  const sharp = await loadSharp();
  const raw = { width: inputSize, height: inputSize, channels: 3 } as const;
  return await Promise.all(Array.from({ length: count }, async (_, i) => {
    const levels = toLevels(values.subarray(i * length, (i + 1) * length), preset);
    const png = await sharp(Buffer.from(levels), { raw }).png().toBuffer();
    return new Uint8Array(png);
  }));
}

/** The inverse of `createLevelTable`, rounded: red, green, blue, in 0-255. */
function toLevels(values: Float32Array, { channelOrder, mean, deviation }: ImagePreset) {
  const levels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const channel = i % 3;
    const target = channelOrder === "rgb" ? i : i - channel + (2 - channel);
    const level = 255 * (values[i]! * deviation[channel]! + mean[channel]!);
    levels[target] = Math.min(255, Math.max(0, Math.round(level)));
  }
  return levels;
}
