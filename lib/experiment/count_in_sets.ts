/** Queries of a dataset that have nothing to find. */

import type { EvaluationSets, ImageRecord } from "../dataset/record.ts";
import { countNothingToFind, type NothingToFind } from "../eval/nothing_to_find.ts";

/** Counts the queries of a dataset's test set without an image of their class to find. */
export function countInSets(sets: EvaluationSets): NothingToFind {
  const classesOf = (records: readonly ImageRecord[]) => records.map(({ classId }) => classId);
  return sets.kind === "self"
    ? countNothingToFind(classesOf(sets.images))
    : countNothingToFind(classesOf(sets.queries), classesOf(sets.gallery));
}
