/** Whether a path leads into a folder. */

import { relative } from "@std/path";

/** Whether `path` is a folder or lies in it; both absolute or both relative. */
export function isBelow(path: string, folder: string): boolean {
  const between = relative(folder, path);
  return between !== ".." && !/^\.\.[\\/]/.test(between) && !/^([\\/]|[A-Za-z]:)/.test(between);
}
