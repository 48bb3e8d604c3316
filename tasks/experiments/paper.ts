/** The paper's experiments: settings by dataset, and the grid of runs that its tables and figures are made of. */

import type { DatasetName } from "../../lib/dataset/datasets.ts";
import type { ExperimentSettings } from "../../lib/experiment/settings.ts";
import { PROTOCOLS } from "../../lib/dataset/protocol.ts";
import type { LossName } from "../../lib/loss/losses.ts";
import { COMPARED_LOSSES } from "./compared_losses.ts";
import type { ExperimentGrid, ExperimentPart } from "./experiment_grid.ts";
import { CARS196 } from "./paper/cars196.ts";
import { CUB200 } from "./paper/cub200.ts";
import { PAPER_IMBALANCE } from "./paper/imbalance.ts";
import { IN_SHOP } from "./paper/in_shop.ts";
import { PAPER_PARTIAL } from "./paper/partial.ts";
import { SOP } from "./paper/sop.ts";

/** Everything that a dataset fixes. */
export const PAPER_SETTINGS: Readonly<Record<DatasetName, ExperimentSettings>> = {
  cub200: CUB200,
  cars196: CARS196,
  sop: SOP,
  in_shop: IN_SHOP,
};

const RESNET50 = "resnet50";
const [PROXY_AN, ...BASELINES] = COMPARED_LOSSES;

/** Five seeds, the authors' first. */
const SEEDS = [2024, 2025, 2026, 2027, 2028];
/** The authors' configurations of the partial and imbalance settings have one of these. */
const ALPHAS = [12, 32];

/** Held-out classes choose the epoch; the model that the choice is for trains on all classes. */
const HELD_OUT_SHARES = [0.15, 0];

/** Full, partial and imbalance runs of some losses and backbones, by both protocols. */
function allSettings(
  losses: readonly LossName[],
  backbones: readonly string[],
): readonly ExperimentGrid[] {
  const common = { protocols: PROTOCOLS, backbones, losses, seeds: SEEDS };
  return [
    { ...common, settings: [{ kind: "full" }], heldOutShares: HELD_OUT_SHARES },
    {
      ...common,
      settings: [...PAPER_PARTIAL, ...PAPER_IMBALANCE],
      lossParameters: { alpha: ALPHAS },
    },
  ];
}

/**
 * The parts of the paper's experiments.
 *
 * The authors ship one configuration a dataset: ResNet-50 with Proxy-AN. Their code supports the others, without a
 * configuration of their own: here as there, they reuse ResNet-50's.
 */
export const PAPER_PARTS: readonly ExperimentPart[] = [
  {
    name: "authors",
    claim: "the runs that the authors' configurations stand for: Proxy-AN, ResNet-50",
    grids: allSettings([PROXY_AN], [RESNET50]),
  },
  {
    name: "baselines",
    claim: "the losses it is compared with, in ResNet-50's settings for Proxy-AN",
    grids: allSettings(BASELINES, [RESNET50]),
  },
  {
    name: "backbones",
    claim: "other networks with every loss, in ResNet-50's settings",
    grids: allSettings(COMPARED_LOSSES, ["bn_inception", "deit_s"]),
  },
];
