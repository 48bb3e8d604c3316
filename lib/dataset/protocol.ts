/** The two protocols and, entry by entry, where they differ; the README's table is generated from this list. */

import { describeUnknown } from "../nearest_name.ts";

/** `published`: what the authors' code does. `corrected`: the same method with its defects repaired. */
export const PROTOCOLS = ["published", "corrected"] as const;
/** One of the two protocols. */
export type Protocol = typeof PROTOCOLS[number];

/**
 * Checks a protocol that comes from a program without types, or from JSON: what is neither would be taken for `corrected`.
 *
 * @param action What is done by it, for the error, such as `count batches`.
 * @throws {RangeError} If it is neither of the two.
 */
export function checkProtocol(protocol: Protocol, action: string): void {
  if (PROTOCOLS.includes(protocol)) return;
  throw new RangeError(
    `Cannot ${action} as protocol must be one of ${PROTOCOLS.join(", ")}: ${
      describeUnknown(String(protocol), PROTOCOLS)
    }`,
  );
}

/** One difference between the protocols. */
export interface Deviation {
  /** Stable name, used by tests. */
  readonly id: string;
  /** Station of the data flow: the folder below `lib/` that carries it out. */
  readonly station: "dataset" | "sampling" | "eval" | "train" | "experiment";
  /** What protocol `published` does. */
  readonly published: string;
  /** What protocol `corrected` does. */
  readonly corrected: string;
  /** File that branches on the protocol. */
  readonly file: string;
}

/** Every difference between the protocols. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    id: "epoch_length",
    station: "sampling",
    published: "batches while (count + B) < n: an exact multiple loses one batch",
    corrected: "floor(n / B) batches, at least 1",
    file: "lib/sampling/epoch_length.ts",
  },
  {
    id: "partial_subset",
    station: "dataset",
    published: "the first floor(rate · n_c) images of each class in file order, whatever the seed",
    corrected: "a seeded subset, nested over rates, at least 1 image per class",
    file: "lib/dataset/partial.ts",
  },
  {
    id: "imbalance_order",
    station: "dataset",
    published: "the head of the long tail is the first class in folder order",
    corrected: "the order of the classes is a seeded permutation",
    file: "lib/dataset/imbalance.ts",
  },
  {
    id: "neighbor_cut",
    station: "eval",
    published: "neighbor lists are cut at 1,000",
    corrected: "R is exact, whatever the class size",
    file: "lib/eval/self_retrieval.ts",
  },
  {
    id: "self_match",
    station: "eval",
    published:
      "the first neighbor is dropped as the query itself, so a duplicate image can count itself",
    corrected: "the query is removed by its index",
    file: "lib/eval/self_retrieval.ts",
  },
  {
    id: "single_image_class",
    station: "eval",
    published: "a class with one image makes MAP@R and R-Precision NaN",
    corrected: "a query with nothing to find is left out and counted",
    file: "lib/eval/self_retrieval.ts",
  },
  {
    id: "ties",
    station: "eval",
    published: "In-Shop counts only strictly greater negatives: ties are hits",
    corrected: "ties break by similarity, then index",
    file: "lib/eval/gallery_retrieval.ts",
  },
  {
    id: "short_rows",
    station: "eval",
    published:
      "embeddings are divided by sqrt(Σ v² + 1e-12): rows shorter than about 1e-5 become less similar to all others",
    corrected: "embeddings are divided by their length, however short",
    file: "lib/eval/unit_rows.ts",
  },
  {
    id: "frozen_scale",
    station: "train",
    published:
      "without a warm-up, scale and shift of the backbone's frozen batch norms never learn",
    corrected: "they learn, as they do after a warm-up",
    file: "lib/train/trained_names.ts",
  },
  {
    id: "cosine_period",
    station: "experiment",
    published:
      "schedule cosine: the proxies' rate has the step schedule's period, the network's the number of epochs",
    corrected: "both have the number of epochs",
    file: "lib/experiment/choose_schedule.ts",
  },
  {
    id: "held_out_classes",
    station: "dataset",
    published: "training on all training classes",
    corrected:
      "a share of them (15%) is held out to choose the epoch; a second run on all classes is told for the epoch so chosen",
    file: "lib/dataset/held_out.ts",
  },
  {
    id: "epoch_choice",
    station: "train",
    published: "the reported epoch has the best Recall@1 on the test set",
    corrected: "final epoch, epoch chosen on held-out training classes, best on test: side by side",
    file: "lib/train/selection.ts",
  },
];
