/** The files below a folder, however deep. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { compareText } from "./compare_text.ts";

/**
 * Lists the files below a folder; links are followed, a folder that contains itself through one is listed once.
 *
 * @returns Paths below it with `/`, sorted by code units. Hidden ones, which begin with a dot, are left out.
 * @throws {InputError} If it is no folder that can be read.
 */
export async function listFiles(folder: string): Promise<string[]> {
  const paths: string[] = [];
  await collect(folder, "", paths, new Set());
  return paths.sort(compareText);
}

async function collect(
  folder: string,
  prefix: string,
  paths: string[],
  visited: Set<string>,
): Promise<void> {
  try {
    const realPath = await Deno.realPath(folder);
    if (visited.has(realPath)) return;
    visited.add(realPath);
    for await (const { name, isSymlink, ...entry } of Deno.readDir(folder)) {
      if (name.startsWith(".")) continue;
      const { isDirectory } = isSymlink ? await Deno.stat(join(folder, name)) : entry;
      if (isDirectory) await collect(join(folder, name), `${prefix}${name}/`, paths, visited);
      else paths.push(prefix + name);
    }
  } catch (error) {
    throw explainListError(error, folder);
  }
}

function explainListError(error: unknown, folder: string): unknown {
  const rule = "Cannot list images as it must be a folder that can be read";
  if (error instanceof Deno.errors.NotFound) {
    return new InputError(`${folder}: ${rule}: it does not exist`);
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return new InputError(`${folder}: ${rule}: it is a file`);
  }
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return new InputError(`${folder}: ${rule}: it is not permitted`);
  }
  return error;
}
