/**
 * Training under class imbalance, CUB-200-2011 and Cars-196: everything else as with all images.
 *
 * Stands for: the paper's table of Recall@1 over the ratio between the largest and the smallest class.
 * Command: deno task imbalance --profile paper --dataset cub200 --backbone resnet50
 * Hardware and time: five runs a dataset, loss and backbone; each has about a quarter of the images, or fewer.
 * Expected: the paper's own cells were not at hand; Recall@1 must not grow with gamma, beyond the spread of seeds.
 *
 * The authors' scripts use alpha 12 or 32 here; 32 is the default, `--alpha 12` the other.
 */

import type { Setting } from "../../../lib/dataset/setting.ts";

/** METHOD's ratios. */
export const PAPER_IMBALANCE: readonly Setting[] = [10, 20, 50, 100, 150]
  .map((gamma) => ({ kind: "imbalance", gamma }));
