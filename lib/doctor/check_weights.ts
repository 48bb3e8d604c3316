/** Files of pretrained weights. */

import { join } from "@std/path";
import { KNOWN_WEIGHTS, WEIGHTS_FOLDER } from "../model/weights/known_weights.ts";

/** A file in the weights folder. */
export interface WeightsFileReport {
  readonly path: string;
  readonly sizeBytes: number;
  /** Backbone of the published file of this name, or `null`. `deno task weights` looks inside. */
  readonly backbone: string | null;
}

/** Lists `<data root>/weights`, by name. Never rejects. */
export async function checkWeights(dataRoot: string): Promise<WeightsFileReport[]> {
  const folder = join(dataRoot, WEIGHTS_FOLDER);
  const reports: WeightsFileReport[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) continue;
      const path = join(folder, name);
      const { size } = await Deno.stat(path);
      const known = KNOWN_WEIGHTS.find(({ fileName }) => fileName === name);
      reports.push({ path, sizeBytes: size, backbone: known?.backbone ?? null });
    }
  } catch {
    // No such folder, or none that may be read: nothing to list.
  }
  return reports.toSorted((a, b) => a.path < b.path ? -1 : 1);
}
