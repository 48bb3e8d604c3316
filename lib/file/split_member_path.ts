/** Names of members of archives, as paths that stay in the folder they are unpacked in, on every system. */

import { InputError } from "../errors.ts";
import { quoteText } from "./quote_text.ts";

/** What a Mac puts into an archive beside each file. */
const LEFTOVER = /^(\._.*|\.DS_Store|__MACOSX)$/;

/**
 * Splits the name of a member of an archive into the parts of its path.
 *
 * @param archive Path of the archive, for errors.
 * @returns `null` for what is to be left out: folders, and what a Mac leaves between the files.
 * @throws {InputError} If the path would leave the folder, or could not be a file on some system.
 */
export function splitMemberPath(name: string, archive: string): string[] | null {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const fault = name.startsWith("/") ? "it begins with /" : parts.map(findPartFault).find(Boolean);
  if (fault) {
    throw new InputError(
      `${archive}: Cannot unpack archive as the name of each member must be a path in it: ` +
        `${quoteText(name)}: ${fault}`,
    );
  }
  if (name.endsWith("/") || parts.length === 0) return null;
  return parts.some((part) => LEFTOVER.test(part)) ? null : parts;
}

/** Names that Windows gives to devices, whatever follows the first dot. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
// deno-lint-ignore no-control-regex
const FORBIDDEN = /[\u0000-\u001f<>:"|?*\\]/;

/**
 * What keeps a name from being that of a file or folder on every system: Linux, macOS and Windows.
 *
 * Source: "Naming Files, Paths, and Namespaces" of Windows' documentation; its rules are the narrowest.
 *
 * @param part One part of a path.
 * @returns `null` if nothing does.
 */
export function findPartFault(part: string): string | null {
  if (part === "..") return "it leaves the folder";
  const character = part.match(FORBIDDEN)?.[0];
  if (character !== undefined) return `it has the character ${JSON.stringify(character)}`;
  if (DEVICE.test(part)) return `${part} is a device of Windows`;
  if (/[. ]$/.test(part)) return "a part of it ends with a dot or a space";
  if (new TextEncoder().encode(part).length > 255) return "a part of it has more than 255 bytes";
  return null;
}
