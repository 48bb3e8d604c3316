/** Whether the folders of a task can be used, asked before any work is done. */

import { dirname, join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { explainWriteError } from "../../lib/file/atomic_write.ts";
import { doesExist } from "../../lib/file/does_exist.ts";
import { removeIfThere } from "../../lib/file/remove_if_there.ts";
import { formatPermittedCommand, type NeededPath } from "./permissions.ts";

/** A folder and what a task does in it. */
export interface FolderUse {
  readonly path: string;
  readonly use: "read" | "write";
}

/** A folder that Deno does not let a task use: with the command that does. Tasks print the line and exit with 2. */
export class NotPermittedError extends Error {
  /** Name of the class, for printing. */
  override name = "NotPermittedError";
}

/**
 * Checks that Deno permits the folders and that those to write in can be written.
 *
 * @throws {NotPermittedError} If the permissions of the task do not allow a folder; the message has the command that does.
 * @throws {InputError} If a folder cannot be written, as it is read-only or another user's.
 */
export async function checkAccess(folders: readonly FolderUse[]): Promise<void> {
  const needed = (await Promise.all(folders.map(findMissing))).flat();
  if (needed.length > 0) {
    const [{ kind, path }] = needed as [NeededPath];
    throw new NotPermittedError(
      `${path}: Cannot ${kind} folder as Deno must be permitted to: it is not; ` +
        `run \`${formatPermittedCommand(needed)}\``,
    );
  }
  for (const { path, use } of folders) if (use === "write") await tryWriting(path);
}

/** Writing needs reading too: what is there is looked at before it is replaced. */
async function findMissing({ path, use }: FolderUse): Promise<NeededPath[]> {
  const kinds = use === "write" ? ["write", "read"] as const : ["read"] as const;
  const states = await Promise.all(
    kinds.map((name) => Deno.permissions.query({ name, path })),
  );
  return kinds.filter((_, i) => states[i]!.state !== "granted").map((kind) => ({ kind, path }));
}

/** One name: what a killed process left is removed by the next. */
const TRIAL_FILE = ".write-test";

/** Leaves nothing behind: folders that are made for the trial are removed again. */
async function tryWriting(folder: string): Promise<void> {
  const missing = await listMissing(folder);
  const path = join(folder, TRIAL_FILE);
  try {
    await Deno.mkdir(folder, { recursive: true });
    await removeIfThere(path); // another process may try the same folder
    await Deno.writeFile(path, new Uint8Array(1));
    await removeIfThere(path);
  } catch (error) {
    const reason = explainWriteError(error, folder);
    if (!(reason instanceof InputError)) throw reason;
    const message = reason.message.replace("Cannot write file", "Cannot write in folder");
    throw new InputError(message, { cause: error });
  } finally {
    for (const made of missing) await Deno.remove(made).catch(() => {}); // another process uses it by now
  }
}

/**
 * The folder and those above it that do not exist, the deepest first.
 *
 * @throws {InputError} If one is a link that leads nowhere, as to a disk that is not there: what is made in its place would
 * hide it.
 */
async function listMissing(folder: string): Promise<string[]> {
  const { state } = await Deno.permissions.query({ name: "read", path: folder });
  if (state !== "granted" || await doesExist(folder)) return [];
  const target = await Deno.readLink(folder).catch(() => null); // no link: nothing is there
  if (target !== null) {
    throw new InputError(
      `${folder}: Cannot write in folder as a link must lead to one: it leads to ${target}, which does not exist; ` +
        "make that folder, or mount its disk",
    );
  }
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...await listMissing(parent)];
}
