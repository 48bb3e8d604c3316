/** Embeddings of the images below a folder, by stored weights. */

import { join } from "@std/path";
import { describeSkipped, listFiles, type SkippedFiles } from "../file/list_files.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import { InputError } from "../errors.ts";
import { embedRecords } from "../eval/embed_records.ts";
import type { EmbeddingMatrix } from "../eval/embedding_matrix.ts";
import { createImageLoader } from "../image/loader.ts";
import { inspectImage } from "../file/image/inspect_image.ts";
import { openEmbedder, type StoredEmbedder } from "./open_embedder.ts";
import { openForeignEmbedder } from "./open_foreign_embedder.ts";
import { isStoredWeights } from "./weights_file.ts";

/** What to embed, and with what. */
export interface EmbedFolderOptions {
  /** A file of `writeStoredWeights`, or weights of a backbone and its head that another program saved. */
  readonly weightsPath: string;
  /** Images at any depth; what `listFiles` skips is left out. */
  readonly imagesFolder: string;
}

/** Embeddings of a folder. */
export interface FolderEmbeddings {
  /** N paths below the folder, sorted. */
  readonly paths: readonly string[];
  /** [N, D] rows of unit length, in the order of the paths. */
  readonly embeddings: EmbeddingMatrix;
  /** What was left out as no image of the user's. */
  readonly skipped: SkippedFiles;
}

/** A network that embeds; the caller disposes the embedder. */
export type OpenEmbedder = Pick<StoredEmbedder, "embedder" | "preset">;

const DECODE_LIMIT = 4;
const LISTED_COUNT = 10;

/**
 * Embeds the central crops of all images below a folder, on the open backend.
 *
 * @throws {InputError} If the weights cannot be read, the folder is empty, or files in it are no images: the first ten are
 * named.
 */
export async function embedFolder(options: EmbedFolderOptions): Promise<FolderEmbeddings> {
  const opened = await openAnyEmbedder(options.weightsPath);
  try {
    return await embedFolderBy(opened, options.imagesFolder);
  } finally {
    opened.embedder.dispose();
  }
}

/**
 * The same with a network that is open.
 *
 * @throws {InputError} If the folder is empty, or files in it are no images: the first ten are named.
 */
export async function embedFolderBy(
  { embedder, preset }: OpenEmbedder,
  imagesFolder: string,
): Promise<FolderEmbeddings> {
  const { paths, skipped } = await listFiles(imagesFolder);
  if (paths.length === 0) {
    const note = skipped.count > 0 ? `, ${describeSkipped(skipped)}` : "";
    throw new InputError(
      `${imagesFolder}: Cannot embed images as the folder must hold some: there is none${note}`,
    );
  }
  try {
    const loader = createImageLoader({ folder: imagesFolder, preset, cacheBytes: 0 });
    const records = paths.map((imagePath) => ({ imagePath }));
    const embeddings = await embedRecords(embedder, loader, records, preset.inputSize);
    return { paths, embeddings, skipped };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw await describeUnreadable(imagesFolder, paths) ?? error;
  }
}

/**
 * The network of a run, or one that another program saved, which then sees images as its backbone's publisher does.
 *
 * @throws {InputError} If the file cannot be read, or holds no network with its head.
 */
export async function openAnyEmbedder(path: string): Promise<OpenEmbedder> {
  if (await isStoredWeights(path)) return await openEmbedder(path);
  const { embedder } = await openForeignEmbedder(path);
  return { embedder, preset: embedder.backbone.preset };
}

/** Names the files that are no images, with what is wrong with the first, or returns `null` if all are. */
async function describeUnreadable(
  folder: string,
  paths: readonly string[],
): Promise<InputError | null> {
  const problems = await mapConcurrent(paths, DECODE_LIMIT, async (path) => {
    try {
      await inspectImage(join(folder, path));
      return null;
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
  });
  const unreadable = paths.filter((_, i) => problems[i] !== null);
  if (unreadable.length === 0) return null;
  const first = problems.find((problem) => problem !== null)!;
  const more = unreadable.length > LISTED_COUNT
    ? ` and ${unreadable.length - LISTED_COUNT} more`
    : "";
  return new InputError(
    `${folder}: Cannot embed images as every file must be a whole image: ${unreadable.length} of ` +
      `${paths.length} are not: ${unreadable.slice(0, LISTED_COUNT).join(", ")}${more}; ` +
      `the first: ${first.slice(join(folder, unreadable[0]!).length + 2)}`,
  );
}
