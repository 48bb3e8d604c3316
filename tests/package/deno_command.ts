/** Runs `deno` for the tests of the package. */

import { fromFileUrl } from "@std/path";

/** The repository's root. */
export const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** What a command printed. */
export interface CommandOutput {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs `deno` with arguments in a folder; nothing is asked, so that a missing permission is an error. */
export async function runDeno(cwd: string, ...args: readonly string[]): Promise<CommandOutput> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", DENO_NO_PROMPT: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), errors: decode(stderr) };
}

/** Paths of the files that a publication would have, from the root, as the dry run lists them. */
export async function listPublishedFiles(): Promise<string[]> {
  const { code, errors } = await runDeno(ROOT, "publish", "--dry-run", "--allow-dirty");
  if (code !== 0) throw new Error(errors);
  const root = new URL("../..", import.meta.url).href;
  return [...errors.matchAll(/^ +(file:\S+) \(/gm)].map(([, url]) => url!.slice(root.length));
}
