/** What `reproduce-all` runs for a profile. */

import { DATASET_NAMES, type DatasetName, type Profile } from "../../lib/dataset/record.ts";
import type { ExperimentSettings } from "../../lib/experiment/settings.ts";
import type { Grid } from "../../lib/experiment/plan.ts";
import type { Setting } from "../../lib/dataset/setting.ts";
import { LOSS_NAMES } from "../../lib/loss/loss.ts";
import { MINI_GRIDS, MINI_SETTINGS } from "./mini.ts";
import { PAPER_GRIDS, PAPER_SETTINGS } from "./paper.ts";

/** Axes that an experiment chooses; datasets and losses are always all. */
export type ExperimentGrid = Omit<Grid, "profile" | "datasets" | "losses">;

/** What a profile fixes for each dataset. */
export const SETTINGS: Readonly<
  Record<Profile, Readonly<Record<DatasetName, ExperimentSettings>>>
> = { mini: MINI_SETTINGS, paper: PAPER_SETTINGS };

/** The grids of a profile, in the order in which they run. */
export function experimentGrids(profile: Profile): Grid[] {
  const grids: readonly ExperimentGrid[] = profile === "mini" ? MINI_GRIDS : PAPER_GRIDS;
  return grids.map((grid) => ({ ...grid, profile, datasets: DATASET_NAMES, losses: LOSS_NAMES }));
}

/** The settings of one kind that a profile's grids hold. */
export function settingsOfKind(profile: Profile, kind: Setting["kind"]): Setting[] {
  return experimentGrids(profile).flatMap(({ settings }) => settings)
    .filter((setting) => setting.kind === kind);
}
