/** Stand-in for `jsr:@std/path`: the same names and signatures, over `node:path` and `node:url`. */
export { basename, dirname, extname, isAbsolute, join, normalize, relative, resolve, SEPARATOR };
import {
  basename,
  dirname,
  extname,
  isAbsolute,
  join,
  normalize,
  relative,
  resolve,
  sep,
} from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The path separator of this platform. */
const SEPARATOR = sep;

/** The file path of a `file:` URL. */
export function fromFileUrl(url: string | URL): string {
  return fileURLToPath(url);
}

/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL {
  return pathToFileURL(path);
}
