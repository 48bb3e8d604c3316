/** How to get the files of a dataset. */

import { join } from "@std/path";
import { quoteWord } from "../quote_word.ts";
import type { DatasetDefinition } from "./definition.ts";
import { type Profile, PROFILE_FOLDERS } from "./record.ts";

/**
 * The folder that a dataset's published files are unpacked in: its own, or `original` in it.
 *
 * @param folder Folder of the dataset.
 */
export function originalFolder(folder: string, { isInPlace }: DatasetDefinition): string {
  return isInPlace ? folder : join(folder, "original");
}

/**
 * The flag that names a data root in a command, as a shell takes it; none for the default.
 */
export function dataRootFlags(dataRoot: string): string[] {
  return dataRoot === "data" ? [] : [`--data-root ${quoteWord(dataRoot)}`];
}

/** The ending of an error about missing files: what makes them, or what to download and where to unpack it. */
export function describeRemedy(
  dataset: DatasetDefinition,
  { profile, dataRoot }: { readonly profile: Profile; readonly dataRoot: string },
): string {
  if (profile === "mini") {
    return `run \`${["deno task fixtures", ...dataRootFlags(dataRoot)].join(" ")}\``;
  }
  const { published: { title, files }, folder, photos } = dataset;
  const names = files.map((file) => file.name).join(", ");
  const archive = profile === "photos" && photos
    ? `put ${photos.archive} into ${PROFILE_FOLDERS.photos}, or `
    : "";
  return `${archive}download ${title} (${names}) and unpack it in ${
    originalFolder(folder, dataset)
  } below the data root`;
}
