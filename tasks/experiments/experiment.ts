/** What `reproduce-all` runs for a profile. */

import { datasetsOfProfile } from "../../lib/dataset/datasets.ts";
import type { Profile } from "../../lib/dataset/record.ts";
import type { Grid } from "../../lib/experiment/plan.ts";
import type { Setting } from "../../lib/dataset/setting.ts";
import type { ExperimentPart, ProfileSettings } from "./experiment_grid.ts";
import { MINI_PARTS, MINI_SETTINGS } from "./mini.ts";
import { PAPER_PARTS, PAPER_SETTINGS } from "./paper.ts";
import { PHOTOS_PARTS, PHOTOS_SETTINGS } from "./photos.ts";

/** What a profile fixes for each dataset. */
export const SETTINGS: Readonly<
  Record<Profile, ProfileSettings>
> = { mini: MINI_SETTINGS, photos: PHOTOS_SETTINGS, paper: PAPER_SETTINGS };

/** The parts of each profile's experiment; the first is what `reproduce-all` carries out unless told otherwise. */
export const PARTS: Readonly<Record<Profile, readonly ExperimentPart[]>> = {
  mini: MINI_PARTS,
  photos: PHOTOS_PARTS,
  paper: PAPER_PARTS,
};

/** The grids of a part, in the order in which they run. */
export function gridsOf(profile: Profile, part: ExperimentPart): Grid[] {
  return part.grids.map((grid) => ({ ...grid, profile, datasets: datasetsOfProfile(profile) }));
}

/** The settings of one kind that a profile's experiment holds. */
export function settingsOfKind(profile: Profile, kind: Setting["kind"]): Setting[] {
  const settings = PARTS[profile][0]!.grids.flatMap((grid) => grid.settings)
    .filter((setting) => setting.kind === kind);
  return [...new Map(settings.map((setting) => [JSON.stringify(setting), setting])).values()];
}

/** The network of a run where nobody names one: the first of its profile's experiment. */
export function defaultBackbone(profile: Profile): string {
  return PARTS[profile][0]!.grids[0]!.backbones[0]!;
}
