/** Conversions of tiny originals below a temporary data root. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { ConversionSummary } from "../../lib/dataset/conversion.ts";
import { convertDataset } from "../../lib/dataset/convert.ts";
import type { DatasetName } from "../../lib/dataset/datasets.ts";
import type { Profile } from "../../lib/dataset/record.ts";
import {
  inputErrorOf,
  TINY_COUNTS,
  withFolder,
  writeText,
  writeTinyCub,
} from "../support/tiny_originals.ts";

/** Converts with the tiny decoder. */
export function convert(
  dataRoot: string,
  name: DatasetName,
  profile: Profile = "mini",
  onProgress?: (done: number, total: number) => void,
): Promise<ConversionSummary> {
  return convertDataset({ name, profile, dataRoot, onProgress });
}

/** Every file below a folder, sorted, relative to it; locks, which stay, are left out. */
export async function listFiles(folder: string, below = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = below ? `${below}/${name}` : name;
    paths.push(...isDirectory ? await listFiles(folder, path) : [path]);
  }
  return paths.filter((path) => !path.endsWith(".lock")).toSorted();
}

/** A data root with a tiny CUB200. */
export async function withCub(
  run: (root: string, folder: string, original: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (root) => {
    const folder = join(root, "mini/CUB200");
    const original = join(folder, "original");
    await writeTinyCub(original);
    await writeText(join(original, "expected_counts.json"), TINY_COUNTS);
    await run(root, folder, original);
  });
}

/** Class files of the tiny CUB200. */
export const CUB_FILES = [
  "test/003.Gull/bird_5.jpg",
  "test/003.Gull/bird_6.jpg",
  "test/004.Crow/bird_7.jpg",
  "test/004.Crow/bird_8.jpg",
  "train/001.Auk/bird_1.jpg",
  "train/001.Auk/bird_2.jpg",
  "train/002.Wren/bird_3.jpg",
  "train/002.Wren/bird_4.jpg",
];

/** The message of a conversion of the tiny CUB200 after a change to it; nothing may be written. */
export async function messageAfter(change: (original: string) => Promise<void>): Promise<string> {
  let message = "";
  await withCub(async (root, folder, original) => {
    await change(original);
    message = await inputErrorOf(() => convert(root, "cub200"), folder);
    const left = (await listFiles(folder)).filter((path) => !path.startsWith("original/"));
    assertEquals(left, []);
  });
  return message;
}
