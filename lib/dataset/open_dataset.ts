/** Opens a converted dataset: its manifest as records, after a look at every file. */

import { compareText } from "../file/compare_text.ts";
import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { readFileStates } from "../file/file_state.ts";
import { type CompareOptions, type ExpectedFile, findOtherContent } from "./current_files.ts";
import { checkCounts, countSplits } from "./counts.ts";
import { countsOf, type DatasetName, findDataset, findDatasetOf } from "./datasets.ts";
import type { DatasetDefinition } from "./definition.ts";
import { findOriginals } from "./find_originals.ts";
import { findPhotoSource } from "./find_photo_source.ts";
import {
  type Manifest,
  manifestPath,
  type ManifestRow,
  readPublishedManifest,
} from "./manifest.ts";
import {
  type Dataset,
  type EvaluationSets,
  type ImageRecord,
  type Profile,
  PROFILE_FOLDERS,
} from "./record.ts";
import { dataRootFlags, describeRemedy } from "./remedy.ts";
import type { Workspace } from "./workspace.ts";

/** Which dataset. */
export interface OpenDatasetOptions extends Pick<Workspace, "dataRoot"> {
  /** One of `DATASET_NAMES`. */
  readonly name: string;
  /** The drawn miniature, the small photographs or the published dataset. */
  readonly profile: Profile;
}

/**
 * Opens a converted dataset.
 *
 * @throws {UsageError} If the profile has no dataset of that name.
 * @throws {InputError} If it is not converted, its manifest is damaged or not of the published counts, or a file is missing or has
 * another size than the manifest says: the message names the file and the command that makes it.
 */
export async function openDataset(options: OpenDatasetOptions): Promise<Dataset> {
  const definition = findDatasetOf(options.profile, options.name);
  const { name } = definition;
  const folder = datasetFolder(options.dataRoot, options.profile, name);
  const remedy = `run ${convertCommand(name, options)}`;
  const manifest = await withRemedy(remedy, async () => {
    const manifest = await readPublishedManifest(folder);
    const counts = countsOf(definition, options.profile);
    if (manifest && counts) {
      checkCounts(countSplits(manifest.rows), counts, manifestPath(folder), `open ${name}`);
    }
    return manifest;
  });
  if (!manifest) throw await explainMissing(definition, folder, options);
  const imageRoot = await definition.findImages?.(folder) ?? folder;
  const change = await findChangedFile(imageRoot, manifest.rows);
  if (change) {
    throw new InputError(`${change.path}: Cannot open ${name} as ${change.rule}; ${remedy}`);
  }
  return createDataset({ name, folder: imageRoot, remedy }, manifest);
}

/** Ends the errors of a manifest with the command that makes it anew. */
async function withRemedy<T>(remedy: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${error.message}; ${remedy}`) : error;
  }
}

/** The dataset that a manifest describes. */
export function createDataset(
  place: Pick<Dataset, "name" | "folder" | "remedy">,
  manifest: Manifest,
): Dataset {
  const trainRows = manifest.rows.filter(({ split }) => split === "train");
  const trainClasses = sortedClasses(trainRows);
  return {
    ...place,
    dataHash: manifest.hash,
    train: createRecords(trainRows, trainClasses),
    trainClasses,
    evaluation: createEvaluationSets(manifest.rows),
  };
}

/**
 * The folder of a dataset: below `mini/` for profile `mini`, below `photos/` for profile `photos`.
 *
 * @throws {UsageError} If there is no dataset of that name.
 */
export function datasetFolder(dataRoot: string, profile: Profile, name: string): string {
  return join(dataRoot, PROFILE_FOLDERS[profile], findDataset(name).folder);
}

/** A file that is not as the manifest has it, and the rule that it breaks. */
export interface ChangedFile {
  /** The file. */
  readonly path: string;
  /** Such as `the file must exist: it is missing`. */
  readonly rule: string;
}

/**
 * A file that is missing or has another size than its manifest says, or `null`.
 *
 * @param folder Folder that every `imagePath` is below.
 */
export async function findChangedFile(
  folder: string,
  rows: readonly ManifestRow[],
): Promise<ChangedFile | null> {
  return (await lookUp(folder, rows)).change;
}

/**
 * The same, or one that has other content: what is not known of it is read.
 *
 * @throws {InputError} If a file cannot be read.
 */
export async function findChangedContent(
  folder: string,
  rows: readonly ManifestRow[],
  options: CompareOptions,
): Promise<ChangedFile | null> {
  const { change, files } = await lookUp(folder, rows);
  if (change) return change;
  const other = await findOtherContent(files, options);
  const rule = "the file must have the content of the manifest: it has another";
  return other && { path: other.path, rule };
}

async function lookUp(folder: string, rows: readonly ManifestRow[]) {
  const paths = rows.map(({ imagePath }) => join(folder, imagePath));
  const states = await readFileStates(paths);
  const files: ExpectedFile[] = [];
  for (const [i, { sizeBytes, sha256 }] of rows.entries()) {
    const [path, state] = [paths[i]!, states[i]!];
    const rule = state?.sizeBytes === sizeBytes
      ? null
      : state === null
      ? "the file must exist: it is missing"
      : `the file must have the ${sizeBytes} bytes of the manifest: it has ${state.sizeBytes}`;
    if (rule !== null || state === null) return { change: { path, rule: rule! }, files };
    files.push({ path, state, sha256 });
  }
  return { change: null, files };
}

async function explainMissing(
  definition: DatasetDefinition<DatasetName>,
  folder: string,
  options: OpenDatasetOptions,
): Promise<InputError> {
  const { name } = definition;
  const hasOriginals = await hasSources(definition, folder, options);
  const remedy = hasOriginals ? "run " : `${describeRemedy(definition, options)}, then run `;
  return new InputError(
    `${manifestPath(folder)}: Cannot open ${name} as it must be converted: the file is missing; ` +
      remedy + convertCommand(name, options),
  );
}

async function hasSources(
  definition: DatasetDefinition<DatasetName>,
  folder: string,
  { profile, dataRoot }: OpenDatasetOptions,
): Promise<boolean> {
  if (profile !== "photos") return await findOriginals(folder, definition) !== null;
  return await findPhotoSource(dataRoot, definition) !== null;
}

function convertCommand(name: DatasetName, { profile, dataRoot }: OpenDatasetOptions): string {
  const flags = [
    `--dataset ${name}`,
    ...(profile === "mini" ? [] : [`--profile ${profile}`]),
    ...dataRootFlags(dataRoot),
  ];
  return `\`deno task convert ${flags.join(" ")}\``;
}

function sortedClasses(rows: readonly ManifestRow[]): string[] {
  return [...new Set(rows.map(({ classId }) => classId))].toSorted(compareText);
}

function createRecords(rows: readonly ManifestRow[], classes: readonly string[]): ImageRecord[] {
  const indexOf = new Map(classes.map((classId, index) => [classId, index]));
  return rows.map((row) => ({ ...row, classIndex: indexOf.get(row.classId)! }));
}

/** Queries and gallery share their class indices. */
function createEvaluationSets(rows: readonly ManifestRow[]): EvaluationSets {
  const evaluationRows = rows.filter(({ split }) => split !== "train");
  const records = createRecords(evaluationRows, sortedClasses(evaluationRows));
  const [queries, gallery] = [
    records.filter(({ split }) => split === "query"),
    records.filter(({ split }) => split === "gallery"),
  ];
  return queries.length > 0
    ? { kind: "query_gallery", queries, gallery }
    : { kind: "self", images: records };
}
