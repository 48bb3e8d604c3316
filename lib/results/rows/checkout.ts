/** The checkout that the code comes from: its commit, and whether its code is as git knows it. Read from git's files. */

import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, resolve } from "@std/path";
import { parseGitIndex } from "../../file/git_index.ts";

/** Folders and files of a checkout that decide what the program does. */
const CODE_FOLDERS = ["lib", "tasks", "vendor"];
const CODE_FILES = ["mod.ts", "deno.json", "deno.lock"];

/**
 * The commit that is checked out; no git program is needed.
 *
 * Knows branches, packed references, detached heads and worktrees.
 *
 * @param folder Any folder of the checkout.
 * @returns 40 (or 64) hexadecimal digits, or `null` outside a checkout and before the first commit.
 */
export async function readCommit(folder: string): Promise<string | null> {
  const checkout = await findCheckout(resolve(folder));
  if (checkout === null) return null;
  const { gitFolder } = checkout;
  const common = (await readLine(join(gitFolder, "commondir"))) ?? ".";
  const commonFolder = isAbsolute(common) ? common : join(gitFolder, common);
  return await resolveReference(await readLine(join(gitFolder, "HEAD")), [gitFolder, commonFolder]);
}

/**
 * Whether the code of a checkout differs from its commit: a file of `lib`, `tasks`, `vendor` or the configuration is changed,
 * gone, or staged. New files that git does not know are not looked for.
 *
 * @param folder Any folder of the checkout.
 * @returns `null` where it cannot be told: outside a checkout, or git's index has another format.
 */
export async function isCodeChanged(folder: string): Promise<boolean | null> {
  const checkout = await findCheckout(resolve(folder));
  const bytes = checkout &&
    await Deno.readFile(join(checkout.gitFolder, "index")).catch(() => null);
  const index = bytes && parseGitIndex(bytes);
  if (!index) return null;
  if (CODE_FOLDERS.some((name) => index.stagedFolders.has(name))) return true;
  const isCode = (path: string) =>
    CODE_FILES.includes(path) || CODE_FOLDERS.some((name) => path.startsWith(`${name}/`));
  for (const { path, sha1 } of index.entries) {
    if (!isCode(path)) continue;
    const content = await Deno.readFile(join(checkout!.root, path)).catch(() => null);
    if (content === null || hashBlob(content) !== sha1) return true;
  }
  return false;
}

/** The name that git has for content: SHA-1 of `blob <size>`, a zero byte and the bytes. */
function hashBlob(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

interface Checkout {
  readonly root: string;
  readonly gitFolder: string;
}

async function findCheckout(folder: string): Promise<Checkout | null> {
  const path = join(folder, ".git");
  if ((await readLine(join(path, "HEAD"))) !== null) return { root: folder, gitFolder: path };
  const pointer = (await readLine(path))?.match(/^gitdir: (.+)$/)?.[1]; // of a worktree or submodule
  if (pointer !== undefined) {
    return { root: folder, gitFolder: isAbsolute(pointer) ? pointer : join(folder, pointer) };
  }
  const parent = dirname(folder);
  return parent === folder ? null : await findCheckout(parent);
}

async function resolveReference(
  head: string | null,
  gitFolders: readonly string[],
  depth = 0,
): Promise<string | null> {
  if (head === null || depth > 5) return null; // git allows five symbolic references in a row
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(head)) return head;
  const name = head.match(/^ref: (refs\/.+)$/)?.[1];
  if (name === undefined) return null;
  for (const folder of gitFolders) {
    const loose = await readLine(join(folder, name));
    if (loose !== null) return resolveReference(loose, gitFolders, depth + 1);
  }
  const packed = await readText(join(gitFolders.at(-1)!, "packed-refs"));
  const line = packed?.split(/\r?\n/).find((line) => line.endsWith(` ${name}`));
  return line === undefined ? null : resolveReference(line.split(" ")[0]!, gitFolders, depth + 1);
}

async function readLine(path: string): Promise<string | null> {
  return (await readText(path))?.trim() ?? null;
}

/** `null` for whatever cannot be read: no checkout, no permission. A result without a commit is better than none. */
async function readText(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return null;
  }
}
