/** What conversion found: class sizes per split, in `results/convert/<dataset>.csv`. */

import { SPLIT_ORDER } from "../../dataset/counts.ts";
import { PROFILE_ABOUT, PROFILES } from "../../dataset/record.ts";
import type { CsvSchema, RowOf } from "./columns.ts";
import { updateRows } from "./csv_store.ts";
import { compareNames } from "./row.ts";

const CONVERSION_COLUMNS = [
  {
    name: "profile",
    kind: "text",
    choices: PROFILES,
    about: PROFILE_ABOUT,
  },
  { name: "class", kind: "text", about: "class as published" },
  { name: "split", kind: "text", choices: SPLIT_ORDER, about: "train, test, query or gallery" },
  {
    name: "image_count",
    kind: "integer",
    range: { minimum: 1 },
    about: "images of the class in the split",
  },
] as const;

/** One class in one split. */
export interface ClassCount {
  /** Class as published. */
  readonly classId: string;
  /** One of the dataset's splits. */
  readonly split: string;
  /** Images of the class in the split. */
  readonly imageCount: number;
}

const CONVERSION_SCHEMA: CsvSchema<RowOf<typeof CONVERSION_COLUMNS>> = {
  columns: CONVERSION_COLUMNS,
  key: (row) => `${row.profile}/${row.split}/${row.class}`,
  compare: (a, b) =>
    compareNames(PROFILES, a.profile, b.profile) ||
    compareNames(SPLIT_ORDER, a.split, b.split) ||
    compareNames([], a.class, b.class),
};

/**
 * Stores the class sizes of a converted dataset, in place of those stored before for the same profile.
 *
 * @param path `results/convert/<dataset>.csv`; its folder is made if need be.
 * @throws {InputError} If the file cannot be parsed or written.
 */
export async function storeConversion(
  path: string,
  profile: string,
  classes: readonly ClassCount[],
): Promise<void> {
  await updateRows(path, CONVERSION_SCHEMA, (stored) => [
    ...stored.filter((row) => row.profile !== profile),
    ...classes.map(({ classId, split, imageCount }) => ({
      profile,
      class: classId,
      split,
      image_count: imageCount,
    })),
  ]);
}
