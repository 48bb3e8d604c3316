/** How tables and pictures name things. */

import { findDataset, isDatasetName, traitsOf } from "../../dataset/datasets.ts";
import { LOSSES } from "../../loss/losses.ts";
import { BACKBONES } from "../../model/registry.ts";
import type { ResultRow } from "../rows/row.ts";

/** Name of a loss: `Proxy-AN`. A name that is not listed stands as it is. */
export function displayLoss(name: string): string {
  return LOSSES.find((loss) => loss.name === name)?.title ?? name;
}

/**
 * Name of a dataset: `CUB-200-2011`; a miniature says that it is one, small photographs have a name of their own, and class
 * folders that which was given to them.
 */
export function displayDataset(name: string, profile: string): string {
  if (profile === "photos" && isDatasetName(name)) {
    return findDataset(name).photos?.title ?? `${name} of no such profile`;
  }
  const { title } = traitsOf(name);
  return isMiniature(name, profile) ? `${title} miniature` : title;
}

/** Whether a dataset is drawn: those of profile `mini` are, except class folders, which are of no profile. */
export function isMiniature(name: string, profile: string): boolean {
  return profile === "mini" && isDatasetName(name);
}

/** Name of a network: `ResNet-50`. A name that is not registered stands as it is. */
export function displayBackbone(name: string): string {
  return BACKBONES.find((backbone) => backbone.name === name)?.title ?? name;
}

/** How an epoch was chosen, in a few words. */
export function displaySelection(selection: string): string {
  switch (selection) {
    case "untrained":
      return "untrained";
    case "final":
      return "final epoch";
    case "held_out":
      return "held out";
    case "best_on_test":
      return "best on test";
    default:
      return selection;
  }
}

/** The setting that a row was trained in, in words: `rate 0.3`. */
export function displaySetting(row: Pick<ResultRow, "setting" | "rate" | "gamma">): string {
  if (row.rate !== null) return `rate ${row.rate}`;
  if (row.gamma !== null) return `γ = ${row.gamma}`;
  return "all training images";
}
