/** How many images and classes each split has and must have: counted, declared by a miniature, compared. */

import { InputError } from "../errors.ts";
import type { Split } from "./record.ts";

/** Images and classes of one split. */
export interface SplitCount {
  /** Images in all. */
  readonly imageCount: number;
  /** Classes that they are of. */
  readonly classCount: number;
}

/** Counts of every split that a dataset has. */
export type DatasetCounts = Readonly<Partial<Record<Split, SplitCount>>>;

/** Order of splits in manifests, tables and messages. */
export const SPLIT_ORDER: readonly Split[] = ["train", "test", "query", "gallery"];

/** File with which a miniature declares its counts, beside its original files. */
export const EXPECTED_COUNTS_FILE = "expected_counts.json";

/**
 * Parses `expected_counts.json`: `{"train": {"images": 288, "classes": 24}, "test": {...}}`, for IN_SHOP with `query`
 * and `gallery` instead of `test`.
 *
 * @param path Where it came from; only used in errors.
 * @param splits Those of the dataset.
 * @throws {InputError} If it is no JSON, or a split of the dataset lacks a count.
 */
export function parseExpectedCounts(
  text: string,
  path: string,
  splits: readonly Split[],
): DatasetCounts {
  let declared: Record<string, { images?: unknown; classes?: unknown } | undefined>;
  try {
    declared = Object(JSON.parse(text));
  } catch (error) {
    throw new InputError(
      `${path}: Cannot read counts as the file must be JSON: ${(error as Error).message}`,
    );
  }
  return Object.fromEntries(splits.map((split) => {
    const imageCount = declared[split]?.images;
    const classCount = declared[split]?.classes;
    if (isCount(imageCount) && isCount(classCount)) return [split, { imageCount, classCount }];
    throw new InputError(
      `${path}: Cannot read counts as ${split} must have images and classes of at least 1: ` +
        `it is ${JSON.stringify(declared[split])}`,
    );
  }));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}

/** The splits that counts are of, in the order of `SPLIT_ORDER`. */
export function splitsOf(counts: DatasetCounts): Split[] {
  return SPLIT_ORDER.filter((split) => counts[split]);
}

/** Images and classes of each split that occurs, in the order of `SPLIT_ORDER`. */
export function countSplits(
  images: readonly { readonly split: Split; readonly classId: string }[],
): DatasetCounts {
  const imageCounts = new Map<Split, number>();
  const classes = new Map<Split, Set<string>>();
  for (const { split, classId } of images) {
    imageCounts.set(split, (imageCounts.get(split) ?? 0) + 1);
    if (!classes.has(split)) classes.set(split, new Set());
    classes.get(split)!.add(classId);
  }
  return Object.fromEntries(
    SPLIT_ORDER.filter((split) => imageCounts.has(split)).map((split) => [
      split,
      { imageCount: imageCounts.get(split)!, classCount: classes.get(split)!.size },
    ]),
  );
}

/** Counts in words: `train 288 images of 24 classes, test 192 images of 16 classes`. */
export function describeCounts(counts: DatasetCounts): string {
  return splitsOf(counts).map((split) => {
    const { imageCount, classCount } = counts[split]!;
    const [images, classes] = [
      imageCount === 1 ? "image" : "images",
      classCount === 1 ? "class" : "classes",
    ];
    return `${split} ${imageCount} ${images} of ${classCount} ${classes}`;
  }).join(", ");
}

/**
 * Compares counts with those that must be.
 *
 * @param at Start of the error: the folder or file.
 * @param action What they must meet for, such as `convert cub200`.
 * @throws {InputError} Naming every split that differs, and what is missing or too much.
 */
export function checkCounts(
  actual: DatasetCounts,
  expected: DatasetCounts,
  at: string,
  action: string,
): void {
  const splits = SPLIT_ORDER.filter((split) => actual[split] || expected[split]);
  const differences = splits.flatMap((split) => {
    const is = actual[split] ?? { imageCount: 0, classCount: 0 };
    const must = expected[split] ?? { imageCount: 0, classCount: 0 };
    const gaps = [
      ...describeGap(must.imageCount - is.imageCount, "image", "images"),
      ...describeGap(must.classCount - is.classCount, "class", "classes"),
    ];
    return gaps.length === 0 ? [] : [
      `${split} must have ${must.imageCount} images of ${must.classCount} classes: ` +
      `it has ${is.imageCount} of ${is.classCount} (${gaps.join(", ")})`,
    ];
  });
  if (differences.length === 0) return;
  throw new InputError(`${at}: Cannot ${action} as ${differences.join("; ")}`);
}

function describeGap(missingCount: number, singular: string, plural: string): string[] {
  if (missingCount === 0) return [];
  const count = Math.abs(missingCount);
  return [
    `${count} ${count === 1 ? singular : plural} ${missingCount > 0 ? "missing" : "too many"}`,
  ];
}
