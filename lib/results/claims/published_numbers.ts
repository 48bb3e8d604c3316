/** Numbers that others published, each with its source. None is of the Proxy-AN paper: its tables were not available. */

import { parse } from "@std/csv";
import { type DatasetName, DATASETS } from "../../dataset/datasets.ts";
import { InputError } from "../../errors.ts";
import { BACKBONES } from "../../model/registry.ts";
import text from "./published_results.csv" with { type: "text" };

/** One method on one dataset, as published. */
export interface PublishedResult {
  /** Method, as its authors name it. */
  readonly method: string;
  /** Registered name of the network, such as `resnet50`; a network that is not registered, as its authors name it. */
  readonly backbone: string;
  /** D. */
  readonly embeddingSize: number;
  /** The full-size dataset. */
  readonly dataset: DatasetName;
  /** Recall@K, percent. */
  readonly recallAtK: readonly { readonly k: number; readonly percent: number }[];
  /** Where the numbers are from. */
  readonly source: string;
}

/** Every published number that is known. */
export const PUBLISHED_RESULTS: readonly PublishedResult[] = parsePublishedResults(
  text,
  "published_results.csv",
);

/**
 * Parses `method,backbone,dim,dataset,metric_ks,values,source`, with K and percent separated by spaces.
 *
 * @param path Where the text came from; only used in errors.
 * @throws {InputError} With `path:line`, if a row is incomplete or no number.
 */
export function parsePublishedResults(text: string, path: string): PublishedResult[] {
  const [, ...lines] = parse(text);
  return lines.map((fields, i) => {
    const [method, backbone, dim, folder, ks = "", values = "", source] = fields;
    const dataset = DATASETS.find((candidate) => candidate.folder === folder)?.name;
    const [kList, percents] = [ks, values].map((list) => list.split(" ").map(Number));
    const isRegisteredName = !BACKBONES.some(({ title }) => title === backbone);
    const isComplete = method && backbone && isRegisteredName && source && dataset &&
      Number(dim) > 0 &&
      kList!.length === percents!.length && [...kList!, ...percents!].every((value) => value > 0);
    if (!isComplete) {
      throw new InputError(
        `${path}:${
          i + 2
        }: Cannot use published numbers as each row must have a method, network by its registered name, dimension, ` +
          `dataset, as many K as values, and a source: it is ${JSON.stringify(fields.join())}`,
      );
    }
    const recallAtK = kList!.map((k, j) => ({ k, percent: percents![j]! }));
    return { method, backbone, embeddingSize: Number(dim), dataset, recallAtK, source };
  });
}
