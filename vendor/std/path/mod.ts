/** Stand-in for `jsr:@std/path` 1.x: the names used here, with its signatures, over `node:path` and `node:url`. */
import * as nodePath from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The path separator of this platform. */
export const SEPARATOR: "/" | "\\" = nodePath.sep as "/" | "\\";

/** The last part of a path, without `suffix` where it ends so. */
export function basename(path: string, suffix = ""): string {
  return nodePath.basename(path, suffix);
}

/** The folder of a path. */
export function dirname(path: string): string {
  return nodePath.dirname(path);
}

/** The extension of a path, with its dot; empty if there is none. */
export function extname(path: string): string {
  return nodePath.extname(path);
}

/** Whether a path starts at the root. */
export function isAbsolute(path: string): boolean {
  return nodePath.isAbsolute(path);
}

/** Joins paths and normalizes the result. */
export function join(path: string, ...paths: string[]): string {
  return nodePath.join(path, ...paths);
}

/** A path without `.`, `..` and repeated separators, as far as possible. */
export function normalize(path: string): string {
  return nodePath.normalize(path);
}

/** The way from one path to another. */
export function relative(from: string, to: string): string {
  return nodePath.relative(from, to);
}

/** The absolute path that a sequence of paths leads to, from the current folder. */
export function resolve(...pathSegments: string[]): string {
  return nodePath.resolve(...pathSegments);
}

/** The file path of a `file:` URL. */
export function fromFileUrl(url: URL | string): string {
  return fileURLToPath(url);
}

/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL {
  return pathToFileURL(path);
}
