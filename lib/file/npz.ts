/** NumPy's archives: a zip of array files. */

import { unzipSync } from "fflate";
import { InputError } from "../errors.ts";
import { type NumberArray, parseNpy } from "./npy.ts";

const EXTENSION = ".npy";

/**
 * Parses an `.npz` file, compressed or not.
 *
 * @param path Where it came from; only used in errors.
 * @returns Arrays by name.
 * @throws {InputError} If it is no zip or an array in it cannot be parsed.
 */
export function parseNpz(bytes: Uint8Array, path: string): Map<string, NumberArray> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter: ({ name }) => name.endsWith(EXTENSION) });
  } catch (error) {
    throw new InputError(
      `${path}: Cannot read arrays as it must be a whole .npz file: ${(error as Error).message}`,
    );
  }
  return new Map(
    Object.entries(files).map(([name, content]) => [
      name.slice(0, -EXTENSION.length),
      parseNpy(content, `${path}/${name}`),
    ]),
  );
}
