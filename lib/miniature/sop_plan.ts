/** The miniature SOP: products in `original/<category>_final`, with the two lists of Stanford Online Products. */

import type { RandomStream } from "../random_stream.ts";
import type { FileKind } from "./photograph.ts";
import {
  countZeroShotSplits,
  type DatasetPlan,
  drawImageCounts,
  fixtureStream,
  planExpectedCounts,
  planImage,
  type PlannedImage,
  planText,
  spreadTraits,
} from "./plan.ts";
import {
  drawProductTraits,
  PRODUCT_CATEGORIES,
  type ProductCategory,
  productDistance,
} from "./product.ts";
import { composeProductScene } from "./product_scene.ts";
import type { Tuning } from "./tuning.ts";

/** Plans the miniature; every path starts with `original/`. Test class ids follow those of training. */
export function planSop(tuning: Tuning): DatasetPlan {
  const { trainClassCount, nuisance } = tuning;
  const draw = (stream: RandomStream, classNumber: number) =>
    drawProductTraits(categoryOf(classNumber, tuning), stream);
  const products = spreadTraits("sop", tuning, draw, productDistance);
  const imageCounts = drawImageCounts("sop", tuning);
  const images: PlannedImage[] = [];
  const lines: Record<"train" | "test", string[]> = { train: [], test: [] };
  products.forEach((traits, c) => {
    const item = 110_000_000_000 + fixtureStream("sop", c + 1).nextInteger(2 ** 32) * 200;
    for (let i = 0; i < imageCounts[c]!; i++) {
      const path = `${traits.category}_final/${item}_${i}.JPG`;
      const superClass = PRODUCT_CATEGORIES.indexOf(traits.category) + 1;
      images.push(planImage(
        `original/${path}`,
        kindOf(c, i),
        nuisance,
        () => fixtureStream("sop", c + 1, i),
        (stream) => composeProductScene(traits, nuisance, stream),
      ));
      lines[c < trainClassCount ? "train" : "test"].push(
        `${images.length} ${c + 1} ${superClass} ${path}\n`,
      );
    }
  });
  const counts = countZeroShotSplits(imageCounts, trainClassCount);
  const header = "image_id class_id super_class_id path\n";
  return {
    images,
    files: [
      planText("original/Ebay_train.txt", header + lines.train.join("")),
      planText("original/Ebay_test.txt", header + lines.test.join("")),
      planExpectedCounts("original/expected_counts.json", counts),
    ],
  };
}

/** Within each split, classes are sorted by category, as in the original. */
function categoryOf(
  classNumber: number,
  { trainClassCount, testClassCount }: Tuning,
): ProductCategory {
  const c = classNumber - 1;
  const share = c < trainClassCount ? c / trainClassCount : (c - trainClassCount) / testClassCount;
  return PRODUCT_CATEGORIES[Math.floor(share * PRODUCT_CATEGORIES.length)]!;
}

/** Sellers upload anything: gray scans, press files, screenshots with an alpha channel. */
function kindOf(c: number, i: number): FileKind {
  if (i !== 0) return "rgb";
  return c === 7 ? "cmyk" : c === 12 ? "alpha" : c % 17 === 9 ? "gray" : "rgb";
}
