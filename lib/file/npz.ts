/** NumPy's archives: a zip of array files, of which only those that are asked for are unfolded. */

import type { ByteSource } from "./byte_source.ts";
import { parseNpy } from "./npy.ts";
import type { StoredArray } from "./stored_array.ts";
import { listZip } from "./zip.ts";
import { copyEntry } from "./zip_entry.ts";

const EXTENSION = ".npy";

/** The arrays of an archive. */
export interface NpzArrays {
  readonly names: readonly string[];
  /**
   * Reads one of `names`.
   *
   * @throws {InputError} If it is damaged, unfolds out of proportion, or cannot be parsed.
   */
  read(name: string): Promise<StoredArray>;
}

/**
 * Lists the arrays of an `.npz` file, compressed or not.
 *
 * @param source Must stay open while arrays are read.
 * @throws {InputError} If it is no whole zip.
 */
export function openNpz(source: ByteSource): NpzArrays {
  const entries = new Map(
    listZip(source).filter(({ name }) => name.endsWith(EXTENSION))
      .map((entry) => [entry.name.slice(0, -EXTENSION.length), entry]),
  );
  return {
    names: [...entries.keys()],
    read: async (name) => {
      const entry = entries.get(name)!;
      return parseNpy(await copyEntry(source, entry), `${source.path}/${entry.name}`);
    },
  };
}
