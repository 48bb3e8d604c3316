/** How tables and pictures name things. */

import { LOSSES } from "../../loss/losses.ts";
import { BACKBONES } from "../../model/registry.ts";
import type { ResultRow } from "../rows/row.ts";

const DATASETS: Readonly<Record<string, string>> = {
  cub200: "CUB-200-2011",
  cars196: "Cars-196",
  sop: "SOP",
  in_shop: "In-Shop",
};

/** Name of a loss: `Proxy-AN`. A name that is not listed stands as it is. */
export function displayLoss(name: string): string {
  return LOSSES.find((loss) => loss.name === name)?.title ?? name;
}

/** Name of a dataset: `CUB-200-2011`; a miniature says that it is one. */
export function displayDataset(name: string, profile: string): string {
  const title = DATASETS[name] ?? name;
  return profile === "mini" ? `${title} miniature` : title;
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
