/** Draws a planned miniature into its folder, so that an interrupted drawing is finished by the next. */

import { explainWriteError } from "../file/atomic_write.ts";
import type { DatasetPlan } from "./plan.ts";

/** Options of {@linkcode drawPlan}. */
export interface DrawPlanOptions {
  /** Folder of the miniature. */
  readonly folder: string;
  /** What the drawing depends on; with another key a finished drawing is drawn again. */
  readonly key: string;
  /** Makes the plan; not called when the drawing is finished. */
  readonly plan: () => DatasetPlan;
  /** After each image. */
  readonly onProgress?: (doneCount: number, totalCount: number) => void;
}

/** What a finished drawing left, in `drawn.json`. */
interface Stamp {
  readonly key: string;
  readonly imageCount: number;
  /** Size in bytes of every file. */
  readonly files: Readonly<Record<string, number>>;
}

const STAMP = "drawn.json";
/** Lies in the folder while the drawing with its key is unfinished: files that are there are whole. */
const BEGUN = "drawing.json";
/** Files are written here and moved to their place when whole. */
const HALF_WRITTEN = "drawing.tmp";

const TAKEN_AT_ONCE = 4;

/**
 * Draws what is missing.
 *
 * @returns The number of images, and whether anything had to be drawn.
 * @throws {InputError} If a file cannot be written.
 */
export async function drawPlan(
  options: DrawPlanOptions,
): Promise<{ imageCount: number; isDrawn: boolean }> {
  try {
    const stamp = await readStamp(`${options.folder}/${STAMP}`);
    if (stamp?.key === options.key && await isWhole(options.folder, stamp)) {
      return { imageCount: stamp.imageCount, isDrawn: false };
    }
    return { imageCount: await drawMissing(options, stamp), isDrawn: true };
  } catch (error) {
    throw explainWriteError(error, options.folder);
  } finally {
    await removeIfThere(`${options.folder}/${HALF_WRITTEN}`).catch(() => {}); // also after a full disk
  }
}

async function drawMissing(options: DrawPlanOptions, stamp: Stamp | undefined): Promise<number> {
  const { folder, key, plan: makePlan, onProgress } = options;
  await Deno.mkdir(`${folder}/${HALF_WRITTEN}`, { recursive: true });
  const isContinued = stamp?.key === key || await readText(`${folder}/${BEGUN}`) === key;
  await writeWhole(folder, BEGUN, new TextEncoder().encode(key));
  if (!isContinued) {
    await removeOld(folder, stamp);
    await removeIfThere(`${folder}/${STAMP}`);
  }

  const plan = makePlan();
  const sizes = new Map<string, number>();
  for (const { path, bytes } of plan.files) {
    await writeWhole(folder, path, bytes);
    sizes.set(path, bytes.length);
  }
  let doneCount = 0;
  await drawAll(plan, async ({ path, take }) => {
    const expected = stamp?.key === key ? stamp.files[path] : undefined;
    const present = isContinued ? await sizeOf(`${folder}/${path}`) : undefined;
    if (present !== undefined && present > 0 && (expected ?? present) === present) {
      sizes.set(path, present);
    } else {
      const bytes = await take();
      await writeWhole(folder, path, bytes);
      sizes.set(path, bytes.length);
    }
    onProgress?.(++doneCount, plan.images.length);
  });
  const files = Object.fromEntries([...sizes].sort(([a], [b]) => a < b ? -1 : 1));
  const done: Stamp = { key, imageCount: plan.images.length, files };
  await writeWhole(folder, STAMP, new TextEncoder().encode(JSON.stringify(done, null, 1) + "\n"));
  await removeIfThere(`${folder}/${BEGUN}`);
  return plan.images.length;
}

/** A few images at once: decoding and encoding run on other threads. */
async function drawAll(
  plan: DatasetPlan,
  draw: (image: DatasetPlan["images"][number]) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    try {
      while (next < plan.images.length) await draw(plan.images[next++]!);
    } catch (error) {
      next = plan.images.length; // the others stop, too
      throw error;
    }
  };
  const results = await Promise.allSettled(Array.from({ length: TAKEN_AT_ONCE }, work));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/** Removes what an older drawing left, and folders that are empty then. */
async function removeOld(folder: string, stamp: Stamp | undefined): Promise<void> {
  const paths = Object.keys(stamp?.files ?? {});
  for (const path of paths) await removeIfThere(`${folder}/${path}`);
  const parents = new Set(paths.map((path) => path.replace(/\/?[^/]+$/, "")));
  for (const parent of parents) {
    await Deno.remove(`${folder}/${parent}`).catch(() => {}); // not empty, or the next writes it anyway
  }
}

async function isWhole(folder: string, stamp: Stamp): Promise<boolean> {
  for (const [path, size] of Object.entries(stamp.files)) {
    if (await sizeOf(`${folder}/${path}`) !== size) return false;
  }
  return true;
}

/** Writes beside, then moves into place: a file is there whole or not at all. */
async function writeWhole(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${folder}/${HALF_WRITTEN}/${path.replaceAll("/", "~")}`;
  await Deno.writeFile(beside, bytes);
  await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
  await Deno.rename(beside, `${folder}/${path}`);
}

async function readStamp(path: string): Promise<Stamp | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    const stamp = JSON.parse(text) as Partial<Stamp>;
    return stamp.key !== undefined && stamp.files !== undefined ? stamp as Stamp : undefined;
  } catch {
    return undefined; // not whole: draw again
  }
}

function readText(path: string): Promise<string | undefined> {
  return orUndefined(Deno.readTextFile(path));
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await orUndefined(Deno.stat(path)))?.size;
}

async function removeIfThere(path: string): Promise<void> {
  await orUndefined(Deno.remove(path, { recursive: true }));
}

async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
