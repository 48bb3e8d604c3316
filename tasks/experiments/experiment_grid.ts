/** What an experiment says of its runs. */

import type { Grid } from "../../lib/experiment/plan.ts";

/** Axes that an experiment chooses; datasets are always all, and losses those that the paper compares. */
export type ExperimentGrid = Omit<Grid, "profile" | "datasets" | "losses">;
