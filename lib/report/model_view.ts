/** A look into one run, stored as `runs/<run id>/view.json`: what its sampler drew, and what its final network does. */

import { InputError } from "../errors.ts";
import { readTextIfThere } from "../file/read_file.ts";

/** Name of the file in the folder of a run. */
export const VIEW_FILE = "view.json";

/** What the sampler drew, recomputed from configuration and seed. */
export interface SamplerView {
  /** Classes from the one with the most images on, in at most 100 groups of equal size. */
  readonly groups: readonly {
    readonly classCount: number;
    /** Mean images of a class. */
    readonly imagesPerClass: number;
    /** Mean draws of a class in all epochs. */
    readonly drawsPerClass: number;
  }[];
  /** Draws of each epoch. */
  readonly epochs: readonly {
    readonly drawCount: number;
    /** Different images among them. */
    readonly imageCount: number;
    /** Draws of a class: fewest, mean, most. */
    readonly fewest: number;
    readonly mean: number;
    readonly most: number;
    /** Share of draws from the tenth of the classes with the most images. */
    readonly headShare: number;
    /** The same of the tenth with the fewest. */
    readonly tailShare: number;
  }[];
  readonly classCount: number;
  /** Training images there are. */
  readonly imageCount: number;
}

/** An image of a view; `thumbnail` is a JPEG in base64. */
export interface ViewImage {
  readonly imagePath: string;
  readonly classId: string;
  readonly thumbnail: string;
}

/** A query and what is nearest to it. */
export interface QueryView {
  readonly kind: "worst" | "random";
  readonly query: ViewImage;
  readonly neighbors: readonly (ViewImage & {
    readonly similarity: number;
    readonly isRight: boolean;
  })[];
}

/** What the final network does with the test images. */
export interface NetworkView {
  /** SHA-256 of the weights. */
  readonly weightsHash: string;
  readonly queries: readonly QueryView[];
  /** Classes of the lowest Recall@1, lowest first. */
  readonly hardest: readonly {
    readonly classId: string;
    readonly queryCount: number;
    /** Percent. */
    readonly recallAt1: number;
    /** Classes of wrong nearest images, the most frequent first. */
    readonly takenFor: readonly { readonly classId: string; readonly count: number }[];
  }[];
  /** Cosines of pairs of images in bins from -1 to 1. */
  readonly similarities: {
    /** Images whose pairs are counted. */
    readonly imageCount: number;
    readonly right: readonly number[];
    readonly wrong: readonly number[];
  };
  /** Test images in the plane. */
  readonly map: {
    readonly classIds: readonly string[];
    readonly umap: readonly (readonly [x: number, y: number])[];
    readonly pca: readonly (readonly [x: number, y: number])[];
    /** Share of the variance on each axis of `pca`. */
    readonly explained: readonly number[];
    /** Test images that there are. */
    readonly imageCount: number;
  };
}

/** What is stored of one run. */
export interface RunView {
  readonly runId: string;
  /** Raised whenever an older view can no longer be shown. */
  readonly formatVersion: typeof VIEW_VERSION;
  readonly dataHash: string;
  readonly sampler: SamplerView;
  /** `null` where the weights were not there. */
  readonly network: NetworkView | null;
}

/** Of the files that this version writes and reads. */
export const VIEW_VERSION = 1;

/**
 * Reads a view.
 *
 * @returns `null` if there is none.
 * @throws {InputError} If it is no view of this version and run.
 */
export async function readRunView(path: string, runId: string): Promise<RunView | null> {
  const text = await readTextIfThere(path, "read view");
  if (text === null) return null;
  const view = parseJson(text) as Partial<RunView> | null;
  if (view?.formatVersion === VIEW_VERSION && view.runId === runId) return view as RunView;
  throw new InputError(
    `${path}: Cannot read view as it must be one of run ${runId}, version ${VIEW_VERSION}: ` +
      `it is not; remove it, or run \`deno task views --run ${runId}\``,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // told by the caller
  }
}
