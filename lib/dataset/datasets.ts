/** The datasets that a run can name. Adding one is a file, a line here, and the settings of its runs. */

import { UsageError } from "../errors.ts";
import { describeUnknown } from "../nearest_name.ts";
import { CARS196 } from "./cars196.ts";
import { CUB200 } from "./cub200.ts";
import type { DatasetDefinition } from "./definition.ts";
import { IN_SHOP } from "./in_shop.ts";
import { type Setting, SETTING_KINDS } from "./setting.ts";
import type { DatasetCounts } from "./counts.ts";
import type { Profile } from "./record.ts";
import { SOP } from "./sop.ts";

/** Every dataset, in the order of tables. */
export const DATASETS = [CUB200, CARS196, SOP, IN_SHOP] as const;

/** Name of one of the datasets, as the command line has it. */
export type DatasetName = typeof DATASETS[number]["name"];

/** Their names, in the order of tables. */
export const DATASET_NAMES: readonly DatasetName[] = DATASETS.map(({ name }) => name);

/** Whether a name is that of a dataset, and not one given to class folders. */
export function isDatasetName(name: string): name is DatasetName {
  return DATASETS.some((dataset) => dataset.name === name);
}

/**
 * The dataset of a name.
 *
 * @throws {UsageError} If there is none; the message names the nearest.
 */
export function findDataset(name: string): DatasetDefinition<DatasetName> {
  const dataset = DATASETS.find((candidate) => candidate.name === name);
  if (dataset) return dataset;
  throw new UsageError(
    `Cannot find dataset as it must be one of ${DATASET_NAMES.join(", ")}: ` +
      describeUnknown(name, DATASET_NAMES),
  );
}

/** Names of the datasets that a profile has, in the order of tables. */
export function datasetsOfProfile(profile: Profile): DatasetName[] {
  return DATASETS.filter((dataset) => profile !== "photos" || "photos" in dataset)
    .map(({ name }) => name);
}

/**
 * The dataset of a name, if a profile has it.
 *
 * @throws {UsageError} If there is none, or not in the profile.
 */
export function findDatasetOf(profile: Profile, name: string): DatasetDefinition<DatasetName> {
  const dataset = findDataset(name);
  const names = datasetsOfProfile(profile);
  if (names.includes(dataset.name)) return dataset;
  throw new UsageError(
    `Cannot use dataset as profile ${profile} must have it, ${names.join(" or ")}: it is ${name}`,
  );
}

/** Images and classes of a dataset in a profile; `null` for `mini`, where they are what was drawn. */
export function countsOf(dataset: DatasetDefinition, profile: Profile): DatasetCounts | null {
  switch (profile) {
    case "mini":
      return null;
    case "photos":
      return dataset.photos?.counts ?? null;
    case "paper":
      return dataset.counts;
  }
}

/** What is known of class folders, too. */
export type DatasetTraits = Pick<DatasetDefinition, "title" | "recallKs" | "settings">;

/** What is known of any dataset. One of class folders has the name that it was given as title, and is reported as CUB is. */
export function traitsOf(name: string): DatasetTraits {
  return DATASETS.find((dataset) => dataset.name === name) ??
    { title: name, recallKs: CUB200.recallKs, settings: SETTING_KINDS };
}

/** Names of the datasets that have runs in a setting: all, or those of a profile. */
export function datasetsWithSetting(kind: Setting["kind"], profile?: Profile): DatasetName[] {
  const names = profile ? datasetsOfProfile(profile) : DATASET_NAMES;
  return names.filter((name) => findDataset(name).settings.includes(kind));
}
