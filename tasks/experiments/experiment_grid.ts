/** What an experiment says of its runs. */

import type { Grid } from "../../lib/experiment/plan.ts";

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
