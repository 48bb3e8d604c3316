/** Opens a converted dataset: its manifest as records, after a look at every file. */

import { compareText } from "../file/compare_text.ts";
import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { type DatasetName, findDataset } from "./datasets.ts";
import type { DatasetDefinition } from "./definition.ts";
import { type Manifest, manifestPath, type ManifestRow, readManifest } from "./manifest.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import { doesExist } from "../file/does_exist.ts";
import { readFileState } from "./original_files.ts";
import type { Dataset, EvaluationSets, ImageRecord, Profile } from "./record.ts";
import { describeRemedy, originalFolder } from "./remedy.ts";
import type { Workspace } from "./workspace.ts";

/** Files looked up at a time. */
const STAT_LIMIT = 32;

/** Which dataset. */
export interface OpenDatasetOptions extends Pick<Workspace, "dataRoot"> {
  /** One of `DATASET_NAMES`. */
  readonly name: string;
  /** The drawn miniature or the published dataset. */
  readonly profile: Profile;
}

/**
 * Opens a converted dataset.
 *
 * @throws {UsageError} If there is no dataset of that name.
 * @throws {InputError} If it is not converted, or a file is missing or has another size than the manifest says: the
 * message names the file and the command that makes it.
 */
export async function openDataset(options: OpenDatasetOptions): Promise<Dataset> {
  const definition = findDataset(options.name);
  const { name } = definition;
  const folder = datasetFolder(options.dataRoot, options.profile, name);
  const manifest = await readManifest(folder);
  if (!manifest) throw await explainMissing(definition, folder, options);
  const change = await findChangedFile(folder, manifest.rows);
  if (change) {
    throw new InputError(
      `${change.path}: Cannot open ${name} as ${change.rule}; run ${convertCommand(name, options)}`,
    );
  }
  return createDataset(name, folder, manifest);
}

/**
 * The dataset that a manifest describes.
 *
 * @param folder Folder that every `imagePath` is below.
 */
export function createDataset(name: string, folder: string, manifest: Manifest): Dataset {
  const trainRows = manifest.rows.filter(({ split }) => split === "train");
  const trainClasses = sortedClasses(trainRows);
  return {
    name,
    folder,
    dataHash: manifest.hash,
    train: createRecords(trainRows, trainClasses),
    trainClasses,
    evaluation: createEvaluationSets(manifest.rows),
  };
}

/**
 * The folder of a dataset: below `mini/` for profile `mini`.
 *
 * @throws {UsageError} If there is no dataset of that name.
 */
export function datasetFolder(dataRoot: string, profile: Profile, name: string): string {
  const { folder } = findDataset(name);
  return profile === "mini" ? join(dataRoot, "mini", folder) : join(dataRoot, folder);
}

/** A file that is not as the manifest has it, and the rule that it breaks. */
export interface ChangedFile {
  /** The file. */
  readonly path: string;
  /** Such as `the file must exist: it is missing`. */
  readonly rule: string;
}

/** A file that is missing or has another size than its manifest says, or `null`. */
export async function findChangedFile(
  folder: string,
  rows: readonly ManifestRow[],
): Promise<ChangedFile | null> {
  const changes = await mapConcurrent(rows, STAT_LIMIT, async ({ imagePath, sizeBytes }) => {
    const path = join(folder, imagePath);
    const state = await readFileState(path);
    if (!state) return { path, rule: "the file must exist: it is missing" };
    if (state.sizeBytes === sizeBytes) return null;
    const rule =
      `the file must have the ${sizeBytes} bytes of the manifest: it has ${state.sizeBytes}`;
    return { path, rule };
  });
  return changes.find((change) => change !== null) ?? null;
}

async function explainMissing(
  definition: DatasetDefinition<DatasetName>,
  folder: string,
  options: OpenDatasetOptions,
): Promise<InputError> {
  const { name } = definition;
  const hasOriginals = await doesExist(originalFolder(folder, definition));
  const remedy = hasOriginals
    ? "run "
    : `${describeRemedy(definition, options.profile)}, then run `;
  return new InputError(
    `${manifestPath(folder)}: Cannot open ${name} as it must be converted: the file is missing; ` +
      remedy + convertCommand(name, options),
  );
}

function convertCommand(name: DatasetName, { profile, dataRoot }: OpenDatasetOptions): string {
  const flags = [
    `--dataset ${name}`,
    ...(profile === "mini" ? [] : [`--profile ${profile}`]),
    ...(dataRoot === "data" ? [] : [`--data-root ${dataRoot}`]),
  ];
  return `\`deno task convert ${flags.join(" ")}\``;
}

function sortedClasses(rows: readonly ManifestRow[]): string[] {
  return [...new Set(rows.map(({ classId }) => classId))].toSorted(compareText);
}

function createRecords(rows: readonly ManifestRow[], classes: readonly string[]): ImageRecord[] {
  const indexOf = new Map(classes.map((classId, index) => [classId, index]));
  return rows.map(({ sha256: _sha256, ...row }) => ({
    ...row,
    classIndex: indexOf.get(row.classId)!,
  }));
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
