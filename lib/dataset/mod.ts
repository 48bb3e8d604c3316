/**
 * Datasets: from converted class folders to image records, and the part of them that a setting trains on.
 *
 * @module
 */

export { InputError } from "../errors.ts";
export { type RandomState, RandomStream } from "../random_stream.ts";
export {
  type Dataset,
  type EvaluationSets,
  type ImageRecord,
  type Profile,
  PROFILES,
  type Split,
} from "./record.ts";
export type { DatasetCounts, SplitCount } from "./counts.ts";
export type {
  DatasetDefinition,
  PhotoSubset,
  PublishedFile,
  PublishedFiles,
} from "./definition.ts";
export { DATASET_NAMES, type DatasetName, DATASETS, findDataset } from "./datasets.ts";
export type { OriginalImage, OriginalOptions, PhotoOriginal } from "./original.ts";
export type { PixelBox } from "../file/image/shrink_photo.ts";
export type { ClassFolders, Workspace } from "./workspace.ts";
export { formatSetting, type Setting, SETTING_KINDS } from "./setting.ts";
export { type Deviation, DEVIATIONS, type Protocol, PROTOCOLS } from "./protocol.ts";
export { openDataset, type OpenDatasetOptions } from "./open_dataset.ts";
export { type PartialTrainingSet, takePartial } from "./partial.ts";
export { type ImbalancedTrainingSet, takeImbalanced } from "./imbalance.ts";
export { type HeldOutSplit, holdOutClasses } from "./held_out.ts";
