/** Whether a path leads anywhere. */

import { explainReadError } from "./read_file.ts";

/**
 * Whether there is a file or folder.
 *
 * @throws {InputError} If it cannot be told: a folder that must not be read, links in a circle.
 */
export async function doesExist(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw explainReadError(error, path, "look up file");
  }
}
