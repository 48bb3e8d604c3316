/** Where a result comes from: the commit of the code. */

import { dirname, isAbsolute, join, resolve } from "@std/path";

/**
 * The commit that is checked out, read from the files of git; no git program is needed.
 *
 * Knows branches, packed references, detached heads and worktrees. Says nothing of uncommitted changes.
 *
 * @param folder Any folder of the checkout.
 * @returns 40 (or 64) hexadecimal digits, or `null` outside a checkout and before the first commit.
 */
export async function readCommit(folder: string): Promise<string | null> {
  const gitFolder = await findGitFolder(resolve(folder));
  if (gitFolder === null) return null;
  const common = (await readLine(join(gitFolder, "commondir"))) ?? ".";
  const commonFolder = isAbsolute(common) ? common : join(gitFolder, common);
  return await resolveReference(await readLine(join(gitFolder, "HEAD")), [gitFolder, commonFolder]);
}

async function findGitFolder(folder: string): Promise<string | null> {
  const path = join(folder, ".git");
  if ((await readLine(join(path, "HEAD"))) !== null) return path;
  const pointer = (await readLine(path))?.match(/^gitdir: (.+)$/)?.[1]; // of a worktree or submodule
  if (pointer !== undefined) return isAbsolute(pointer) ? pointer : join(folder, pointer);
  const parent = dirname(folder);
  return parent === folder ? null : await findGitFolder(parent);
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
