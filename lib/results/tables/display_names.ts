/** How tables and pictures name things. */

import type { ResultRow } from "../rows/row.ts";

const LOSSES: Readonly<Record<string, string>> = {
  proxy_an: "Proxy-AN",
  proxy_anchor: "Proxy-Anchor",
  proxy_nca: "Proxy-NCA",
};
const DATASETS: Readonly<Record<string, string>> = {
  cub200: "CUB-200-2011",
  cars196: "Cars-196",
  sop: "SOP",
  in_shop: "In-Shop",
};
const BACKBONES: Readonly<Record<string, string>> = {
  resnet50: "ResNet-50",
  bn_inception: "BN-Inception",
  deit_s: "DeiT-S",
  deit_ti: "DeiT-Ti",
  dino_vits16: "DINO ViT-S/16",
  dinov2_vits14: "DINOv2 ViT-S/14",
  resnet_mini: "ResNet-mini",
};

/** Name of a loss: `Proxy-AN`. A name that is not listed stands as it is. */
export function displayLoss(name: string): string {
  return LOSSES[name] ?? name;
}

/** Name of a dataset: `CUB-200-2011`; a miniature says that it is one. */
export function displayDataset(name: string, profile: string): string {
  const title = DATASETS[name] ?? name;
  return profile === "mini" ? `${title} miniature` : title;
}

/** Name of a network: `ResNet-50`. */
export function displayBackbone(name: string): string {
  return BACKBONES[name] ?? name;
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
