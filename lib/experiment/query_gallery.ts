/** The images of a folder that are nearest to one image, by stored weights. */

import { basename, dirname, join, relative, resolve, SEPARATOR } from "@std/path";
import { InputError } from "../errors.ts";
import { embedRecords } from "../eval/embed_records.ts";
import { findNeighbors } from "../eval/neighbors.ts";
import { describeSkipped } from "../file/list_files.ts";
import { createImageLoader } from "../image/loader.ts";
import { makeThumbnail } from "../image/thumbnail.ts";
import {
  drawContactSheet,
  type SheetNeighbor,
  THUMBNAIL_SIZE,
} from "../results/pictures/contact_sheet.ts";
import { embedFolderBy, openAnyEmbedder } from "./embed_folder.ts";

/** What to look for, and where. */
export interface QueryGalleryOptions {
  /** A file of `writeStoredWeights`, or weights of a backbone and its head that another program saved. */
  readonly weightsPath: string;
  /** Folder of images, at any depth. */
  readonly gallery: string;
  /** The query. */
  readonly image: string;
  /** Images to find, at most. */
  readonly count: number;
}

/** What was found. */
export interface QueryResult {
  /** Nearest first; `imagePath` is below the gallery, and its class is its folder there. */
  readonly neighbors: readonly SheetNeighbor[];
  /** Images that were compared. */
  readonly galleryCount: number;
  /** What was left out, in words; empty if nothing was. */
  readonly note: string;
  /** The query and its neighbors as one SVG file. */
  readonly sheet: string;
}

/** Pixels of a stored thumbnail over those shown. */
const SHARPNESS = 1.25;

/**
 * Finds the nearest images of a gallery, on the open backend. The query itself, if it lies in the gallery, is left out.
 *
 * @throws {InputError} If weights, image or gallery cannot be read, or the gallery has no other image.
 */
export async function queryGallery(options: QueryGalleryOptions): Promise<QueryResult> {
  const { weightsPath, gallery, image, count } = options;
  const opened = await openAnyEmbedder(weightsPath);
  try {
    const { embedder, preset } = opened;
    const [folder, imagePath] = [dirname(resolve(image)), basename(image)];
    const loader = createImageLoader({ folder, preset, cacheBytes: 0 });
    const query = await embedRecords(embedder, loader, [{ imagePath }], preset.inputSize);
    const { paths, embeddings, skipped } = await embedFolderBy(opened, gallery);
    const own = await findOwn(gallery, image, paths);
    const found = await findNeighbors(query, embeddings, Math.min(count + 1, paths.length));
    const neighbors = Array.from(found.indices, (index, rank) => ({
      imagePath: paths[index]!,
      classId: classOf(paths[index]!),
      similarity: found.similarities[rank]!,
      isRight: null,
    })).filter(({ imagePath }) => imagePath !== own).slice(0, count);
    if (neighbors.length === 0) {
      throw new InputError(
        `${gallery}: Cannot query gallery as it must hold another image than the query: it holds ${paths.length}`,
      );
    }
    const notes = [
      ...(own === null ? [] : ["the query itself is left out"]),
      ...(skipped.count > 0 ? [describeSkipped(skipped)] : []),
    ];
    const size = Math.round(THUMBNAIL_SIZE * SHARPNESS);
    const sheet = await drawContactSheet([{
      query: { imagePath: "", classId: imagePath },
      neighbors,
    }], {
      title: `Nearest to ${imagePath}`,
      subtitle: `by ${join(basename(dirname(resolve(weightsPath))), basename(weightsPath))}`,
      thumbnail: (path) =>
        path === "" ? makeThumbnail(folder, imagePath, size) : makeThumbnail(gallery, path, size),
    });
    return { neighbors, galleryCount: paths.length, note: notes.join("; "), sheet };
  } finally {
    opened.embedder.dispose();
  }
}

/** Class of an image of a gallery: its folder there, or its name where it is in none. */
function classOf(path: string): string {
  return dirname(path) === "." ? basename(path) : dirname(path);
}

/** Path of the query below the gallery, or `null`. */
async function findOwn(
  gallery: string,
  image: string,
  paths: readonly string[],
): Promise<string | null> {
  const [root, path] = [await Deno.realPath(gallery), await Deno.realPath(image)];
  const own = relative(root, path).replaceAll(SEPARATOR, "/");
  return paths.find((candidate) => join(candidate) === join(own)) ?? null;
}
