/** What `reproduce-all` runs for a profile. */

import { DATASET_NAMES, type DatasetName } from "../../lib/dataset/datasets.ts";
import type { Profile } from "../../lib/dataset/record.ts";
import type { ExperimentSettings } from "../../lib/experiment/settings.ts";
import type { Grid } from "../../lib/experiment/plan.ts";
import type { Setting } from "../../lib/dataset/setting.ts";
import { COMPARED_LOSSES } from "./compared_losses.ts";
import type { ExperimentGrid } from "./experiment_grid.ts";
import { MINI_GRIDS, MINI_SETTINGS } from "./mini.ts";
import { PAPER_GRIDS, PAPER_SETTINGS } from "./paper.ts";

/** What a profile fixes for each dataset. */
export const SETTINGS: Readonly<
  Record<Profile, Readonly<Record<DatasetName, ExperimentSettings>>>
> = { mini: MINI_SETTINGS, paper: PAPER_SETTINGS };

/** The grids of a profile, in the order in which they run. */
export function experimentGrids(profile: Profile): Grid[] {
  const grids: readonly ExperimentGrid[] = profile === "mini" ? MINI_GRIDS : PAPER_GRIDS;
  const [datasets, losses] = [DATASET_NAMES, COMPARED_LOSSES];
  return grids.map((grid) => ({ ...grid, profile, datasets, losses }));
}

/** The settings of one kind that a profile's grids hold. */
export function settingsOfKind(profile: Profile, kind: Setting["kind"]): Setting[] {
  return experimentGrids(profile).flatMap(({ settings }) => settings)
    .filter((setting) => setting.kind === kind);
}

/** The network of a run where nobody names one: the first of its profile's experiment. */
export function defaultBackbone(profile: Profile): string {
  return experimentGrids(profile)[0]!.backbones[0]!;
}
