/** The files below a folder, however deep, without what operating systems leave between them. */

import { join } from "@std/path";
import { InputError } from "../errors.ts";
import { compareText } from "./compare_text.ts";

/** Files that were left out. */
export interface SkippedFiles {
  readonly count: number;
  /** What they are named, or are in: each name once, sorted, such as `._*`, `@eaDir`, `Thumbs.db`. */
  readonly names: readonly string[];
}

/** What a folder holds. */
export interface FileList {
  /** Paths below the folder with `/`, sorted by code units. */
  readonly paths: readonly string[];
  readonly skipped: SkippedFiles;
}

/** What a NAS, Windows, a Mac or a file system puts beside the files of its user; in lower case. */
const LEFTOVERS: ReadonlySet<string> = new Set([
  ...["@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "lost+found"],
  ...["@__thumb", "picasa.ini", "pspbrwse.jbf", "zbthumbnail.info"],
  ...["thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "$recycle.bin"],
  ...["system volume information", "__macosx", "icon\r", "network trash folder", "temporary items"],
]);
/** Streams that some systems store as files beside the one that they belong to. */
const STREAMS = /(@SynoEAStream|@SynoResource|:Zone\.Identifier)$/i;
/** Names shown of what was skipped. */
const NAMED_COUNT = 3;

/** What is told while a folder is walked through. */
interface Walk {
  readonly paths: string[];
  /** Skipped files by name. */
  readonly skipped: Map<string, number>;
}

/**
 * Lists the files below a folder; links are followed, wherever they lead: two to one folder are two folders. Only a link
 * that leads back to a folder that it is in is cut.
 *
 * Hidden files and folders, which begin with a dot, and what systems leave behind are skipped and counted.
 *
 * @throws {InputError} If it is no folder that can be read, or an entry is neither file nor folder.
 */
export async function listFiles(folder: string): Promise<FileList> {
  const walk: Walk = { paths: [], skipped: new Map() };
  await collect(folder, "", walk, []);
  const counts = [...walk.skipped].filter(([, count]) => count > 0);
  return {
    paths: walk.paths.sort(compareText),
    skipped: {
      count: counts.reduce((sum, [, count]) => sum + count, 0),
      names: counts.map(([name]) => name).sort(compareText),
    },
  };
}

/** `17 files skipped (@eaDir, Thumbs.db)`, or "" where there is none. */
export function describeSkipped({ count, names }: SkippedFiles): string {
  if (count === 0) return "";
  const named = names.slice(0, NAMED_COUNT).map((name) => JSON.stringify(name).slice(1, -1));
  const rest = names.length > NAMED_COUNT ? ", ..." : "";
  return `${count} file${count === 1 ? "" : "s"} skipped (${named.join(", ")}${rest})`;
}

async function collect(
  folder: string,
  prefix: string,
  walk: Walk,
  above: readonly string[],
): Promise<void> {
  const realPath = attempt(folder, () => Deno.realPathSync(folder));
  if (above.includes(realPath)) {
    walk.skipped.set(`${prefix.slice(0, -1)}, a link back`, 1);
    return;
  }
  const entries = attempt(folder, () => [...Deno.readDirSync(folder)]);
  for (const entry of entries) {
    const { name } = entry;
    const path = join(folder, name);
    if (isLeftover(name)) {
      const label = name.startsWith("._") ? "._*" : name;
      walk.skipped.set(label, (walk.skipped.get(label) ?? 0) + await countFiles(path));
    } else if (await findKind(entry, path) === "folder") {
      await collect(path, `${prefix}${name}/`, walk, [...above, realPath]);
    } else {
      walk.paths.push(prefix + name);
    }
  }
}

function isLeftover(name: string): boolean {
  return name.startsWith(".") || LEFTOVERS.has(name.toLowerCase()) || STREAMS.test(name);
}

/** Whether an entry, or what it links to, is a file or a folder. */
async function findKind(entry: Deno.DirEntry, path: string): Promise<"file" | "folder"> {
  const isCertain = !entry.name.includes("\ufffd"); // which stands for what is no UTF-8, too
  if (entry.isDirectory && isCertain) return "folder";
  if (entry.isFile && isCertain) return "file";
  const rule = "Cannot list images as every entry must be a file or a folder";
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    const link = await Deno.readLink(path).catch(() => null);
    if (link !== null && error instanceof Deno.errors.NotFound) {
      throw new InputError(`${path}: ${rule}: it is a link to ${link}, which does not exist`);
    }
    if (error instanceof Deno.errors.FilesystemLoop) {
      throw new InputError(`${path}: ${rule}: it is a link that leads in a circle`);
    }
    if (!isCertain && error instanceof Deno.errors.NotFound) {
      throw new InputError(
        `${path}: Cannot list images as every name must be UTF-8: it is not; rename it`,
      );
    }
    throw explainListError(error, path);
  }
  if (info.isFile) return "file";
  if (info.isDirectory) return "folder";
  throw new InputError(`${path}: ${rule}: it is a pipe, a socket or a device`);
}

/** Files of an entry that is skipped; links in it are not followed, and what cannot be read counts as one. */
async function countFiles(path: string): Promise<number> {
  try {
    const info = await Deno.lstat(path);
    if (!info.isDirectory) return 1;
    let count = 0;
    for await (const { name } of Deno.readDir(path)) count += await countFiles(join(path, name));
    return count;
  } catch {
    return 1;
  }
}

function attempt<T>(folder: string, act: () => T): T {
  try {
    return act();
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
