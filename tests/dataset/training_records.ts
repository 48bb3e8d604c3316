/** Training images without files, for tests of what a setting keeps. */

import type { ImageRecord } from "../../lib/dataset/record.ts";

/** Image i of class c is `c<c>/<i>`; class ids are `class<c>`. */
export function trainingRecords(classSizes: readonly number[]): ImageRecord[] {
  return classSizes.flatMap((size, classIndex) =>
    Array.from({ length: size }, (_, i) => ({
      imagePath: `c${classIndex}/${i}`,
      classId: `class${classIndex}`,
      classIndex,
      split: "train" as const,
      width: 8,
      height: 8,
      sizeBytes: 100,
      sha256: "0".repeat(64),
    }))
  );
}

/** Number of images of each class. */
export function countPerClass(records: readonly ImageRecord[]): number[] {
  const counts: number[] = [];
  for (const { classIndex } of records) counts[classIndex] = (counts[classIndex] ?? 0) + 1;
  return counts;
}
