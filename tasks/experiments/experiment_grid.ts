/** What an experiment says of its runs. */

import type { Grid } from "../../lib/experiment/plan.ts";
import type { ExperimentSettings } from "../../lib/experiment/settings.ts";

/** What a profile fixes for each of its datasets, by name; class folders have the settings of CUB. */
export type ProfileSettings =
  & Readonly<Record<string, ExperimentSettings>>
  & { readonly cub200: ExperimentSettings };

/** Axes that an experiment chooses; datasets are always all that have the settings. */
export type ExperimentGrid = Omit<Grid, "profile" | "datasets">;

/** A part of an experiment that can be carried out by itself. */
export interface ExperimentPart {
  /** As `--part` names it. */
  readonly name: string;
  /** What it stands for, in one line. */
  readonly claim: string;
  /** In the order in which they run. */
  readonly grids: readonly ExperimentGrid[];
}
