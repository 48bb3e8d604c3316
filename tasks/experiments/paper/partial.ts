/**
 * Training on a part of every class, CUB-200-2011 and Cars-196: everything else as with all images.
 *
 * Stands for: the paper's curves and table of Recall@1 over the share of training images.
 * Command: deno task partial --profile paper --dataset cub200 --backbone resnet50
 * Hardware and time: ten runs a dataset, loss and backbone; the run at rate r takes about r times that with all images.
 * Expected: the paper's own cells were not at hand; Recall@1 must not fall as the rate grows, beyond the spread of seeds.
 *
 * The authors' scripts use alpha 12 or 32 here; 32 is the default, `--alpha 12` the other.
 */

import type { Setting } from "../../../lib/dataset/setting.ts";

/** METHOD's rates. */
export const PAPER_PARTIAL: readonly Setting[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
  .map((rate) => ({ kind: "partial", rate }));
