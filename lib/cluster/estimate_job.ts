/** Time and memory that an element of a job array asks for, from what was measured. */

import { hoursOf, type MeasuredRate, type Work } from "../experiment/estimate_work.ts";
import { findBackbone } from "../model/registry.ts";
import type { ResultRow } from "../results/rows/row.ts";
import type { TrainConfig } from "../train/config.ts";

/** Asked for over what is expected, as machines differ and share. */
const MARGIN = 1.5;
/** Minutes to start, to open a dataset of 60,000 images and to write. */
const STARTING_MINUTES = 10;
/** Memory is asked for in steps. */
const STEP_MEGABYTES = 256;

/**
 * Memory of a process that trains ResNet-50 at 224 px, by `bench/micro_batch.ts`: 1.54, 1.65, 1.86, 2.16 GB with the
 * activations of 2, 4, 8, 16 images.
 */
const MEASURED_MEMORY = { fixedBytes: 1.45e9, bytesPerImage: 44.3e6, inputSize: 224 };

/** A run, what it has to do, and at which pace. */
export interface PacedRun {
  readonly work: Work;
  readonly rate: MeasuredRate | null;
}

/** Minutes that the longest of several elements needs, with a margin; `null` if the pace of a run is not known. */
export function estimateMinutes(elements: readonly (readonly PacedRun[])[]): number | null {
  const hours = elements.map((runs) =>
    runs.reduce((sum, { work, rate }) => sum + (rate ? hoursOf(work, rate) : NaN), 0)
  );
  const longest = Math.max(0, ...hours);
  return Number.isNaN(longest) ? null : Math.ceil(longest * 60 * MARGIN) + STARTING_MINUTES;
}

/**
 * Megabytes that a run needs, with a margin: what rows of its network measured, else what ResNet-50 was measured to need at
 * as many images. `null` for small networks that no row has.
 */
export function estimateMegabytes(
  { backbone, inputSize, classesPerBatch, imagesPerClass }: TrainConfig,
  rows: readonly ResultRow[],
): number | null {
  const own = rows.filter((row) => row.backbone === backbone && row.input_size === inputSize)
    .map((row) => row.peak_memory_bytes).filter((bytes) => bytes !== null);
  const isLarge = findBackbone(backbone).sizeClass === "large";
  if (own.length === 0 && !isLarge) return null;
  const { fixedBytes, bytesPerImage } = MEASURED_MEMORY;
  const scale = (inputSize / MEASURED_MEMORY.inputSize) ** 2;
  const bytes = own.length > 0
    ? Math.max(...own)
    : fixedBytes + bytesPerImage * scale * classesPerBatch * imagesPerClass;
  return Math.ceil(bytes * MARGIN / (STEP_MEGABYTES * 1e6)) * STEP_MEGABYTES;
}
