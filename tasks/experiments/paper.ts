/** The paper's experiments: settings by dataset, and the grid of runs that its tables and figures are made of. */

import type { DatasetName } from "../../lib/dataset/datasets.ts";
import type { ExperimentSettings } from "../../lib/experiment/settings.ts";
import type { ExperimentGrid } from "./experiment_grid.ts";
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

/** The paper's full grid. */
export const PAPER_GRIDS: readonly ExperimentGrid[] = [{
  settings: [{ kind: "full" }, ...PAPER_PARTIAL, ...PAPER_IMBALANCE],
  protocols: ["published"],
  backbones: ["resnet50", "bn_inception", "deit_s"],
  seeds: [2024],
}];
