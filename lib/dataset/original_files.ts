/** The files that a dataset's lists name: whether all are there, and whether each one is a whole image. */

import { dirname } from "@std/path";
import { InputError } from "../errors.ts";
import { type FileState, readFileStates } from "../file/file_state.ts";
import { examineFiles } from "../file/image/examine_files.ts";
import type { FileContent } from "../file/image/examine_part.ts";
import { inspectImage } from "../file/image/inspect_image.ts";
import type { ManifestRow } from "./manifest.ts";
import { mapConcurrent } from "../map_concurrent.ts";
import type { OriginalImage } from "./original.ts";

/** Images in memory at a time. */
const DECODE_LIMIT = 8;
/** Folders named in an error about missing files. */
const NAMED_FOLDERS = 3;

/**
 * Looks every listed file up.
 *
 * @param remedy Ending of the error: how to get the files.
 * @returns In the order of `originals`.
 * @throws {InputError} If files are missing: the first one, how many, and from which folders.
 */
export async function findOriginalFiles(
  originals: readonly OriginalImage[],
  name: string,
  remedy: string,
): Promise<FileState[]> {
  const states = await readFileStates(originals.map(({ sourcePath }) => sourcePath));
  const missing = originals.filter((_, i) => states[i] === null);
  const first = missing[0];
  if (!first) return states as FileState[];
  throw new InputError(
    `${first.listedAt}: Cannot convert ${name} as every listed image must exist: ` +
      `${missing.length} of ${originals.length} are missing: ${describeFolders(missing)}; ` +
      `the first is ${first.sourcePath}${await describeLink(
        first.sourcePath,
      )}; is the archive unpacked to its end? ${remedy}`,
  );
}

/** What a link that leads nowhere links to; "" for what is no link. */
async function describeLink(path: string): Promise<string> {
  const target = await Deno.readLink(path).catch(() => null);
  return target === null ? "" : `, a link to ${target}, which does not exist`;
}

function describeFolders(missing: readonly OriginalImage[]): string {
  const byFolder = Map.groupBy(missing, ({ sourcePath }) => dirname(sourcePath));
  const named = [...byFolder].slice(0, NAMED_FOLDERS)
    .map(([folder, images]) => `${images.length} of ${folder}`);
  const restCount = byFolder.size - named.length;
  return named.join(", ") + (restCount > 0 ? ` and those of ${restCount} more folders` : "");
}

/** Images that were read. */
export interface InspectedImages {
  /** In the order of the originals. */
  readonly rows: readonly ManifestRow[];
  /** What was read of each; `null` where a file changed meanwhile, or was too large for a thread. */
  readonly contents: readonly (FileContent | null)[];
}

/** How to inspect images. */
export interface InspectOptions {
  /** Rows of an earlier manifest: what has the content of its row was decoded before. */
  readonly earlier?: ReadonlyMap<string, ManifestRow>;
  /** Called after each image. */
  readonly onImage: () => void;
}

/**
 * Hashes every image, and decodes those that neither an earlier manifest has with the same hash, nor are whole beyond doubt
 * without their pixels.
 *
 * @throws {InputError} That of the first image which is damaged or none, with the number of further ones.
 */
export async function inspectOriginals(
  originals: readonly OriginalImage[],
  { earlier, onImage }: InspectOptions,
): Promise<InspectedImages> {
  const paths = originals.map(({ sourcePath }) => sourcePath);
  const rows: (ManifestRow | null)[] = [];
  const contents = await examineFiles(paths, {
    shouldWalk: true,
    onFiles: (part) => {
      for (const [i, content] of part) {
        rows[i] = describeContent(originals[i]!, content, earlier);
        if (rows[i]) onImage();
      }
    },
  });
  const doubtful = [...originals.keys()].filter((i) => !rows[i]);
  const decoded = await decodeOriginals(doubtful.map((i) => originals[i]!), onImage);
  const checked = [...contents];
  for (const [k, i] of doubtful.entries()) {
    rows[i] = decoded[k]!;
    if (contents[i]?.sha256 !== decoded[k]!.sha256) checked[i] = null;
  }
  return { rows: rows as ManifestRow[], contents: checked };
}

/** The row of a file, or `null`: it must be decoded. */
function describeContent(
  { split, classId, imagePath }: OriginalImage,
  content: FileContent | null,
  earlier?: ReadonlyMap<string, ManifestRow>,
): ManifestRow | null {
  if (!content) return null;
  const { sha256, size, state: { sizeBytes } } = content;
  const row = earlier?.get(imagePath);
  const known = row?.sha256 === sha256 && row.sizeBytes === sizeBytes ? row : size;
  if (!known) return null;
  const { width, height } = known;
  return { split, classId, imagePath, width, height, sizeBytes, sha256 };
}

async function decodeOriginals(
  originals: readonly OriginalImage[],
  onImage: () => void,
): Promise<ManifestRow[]> {
  const damaged = new Map<number, InputError>();
  const rows = await mapConcurrent(originals, DECODE_LIMIT, async (original, i) => {
    const { sourcePath, imagePath, classId, split } = original;
    try {
      return { split, classId, imagePath, ...await inspectImage(sourcePath) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      damaged.set(i, error);
      return null;
    } finally {
      onImage();
    }
  });
  if (damaged.size === 0) return rows as ManifestRow[];
  const [, first] = [...damaged].reduce((a, b) => a[0] < b[0] ? a : b);
  const further = damaged.size - 1;
  throw further === 0
    ? first
    : new InputError(`${first.message} (and ${further} more image${further === 1 ? "" : "s"})`);
}
