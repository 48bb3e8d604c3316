/** Tests that write: each gets a folder of its own, which is removed whatever happens. */

import { needs, type PermissionName } from "./permissions.ts";

/** Declares a test with a temporary folder; skipped where files may not be read and written, or `others` is not granted. */
export function testInFolder(
  name: string,
  fn: (folder: string) => Promise<void>,
  others: readonly PermissionName[] = [],
): void {
  Deno.test({
    name,
    ignore: needs("read", "write", ...others),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await fn(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** Names of the entries of a folder, sorted. */
export async function listNames(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return names.sort();
}
