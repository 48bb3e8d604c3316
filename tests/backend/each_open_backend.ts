/** One suite over every backend that opens here; the others are listed with their reason. */

import { BACKEND_NAMES, type BackendName } from "../../lib/backend/backend.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";

/** Why a backend cannot open, or null. */
async function findObstacle(name: BackendName): Promise<string | null> {
  try {
    await openBackend(name);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const OBSTACLES = new Map<BackendName, string | null>();
for (const name of BACKEND_NAMES) OBSTACLES.set(name, await findObstacle(name));

/**
 * Declares a test once per backend; the backend is open and current when `run` starts.
 *
 * @param reasons Why a backend is left out of this test: it is declared as skipped, with the reason in its name.
 */
export function testOnEachOpenBackend(
  sentence: string,
  run: (backend: BackendName) => void | Promise<void>,
  reasons: Readonly<Partial<Record<BackendName, string>>> = {},
): void {
  for (const [name, obstacle] of OBSTACLES) {
    if (obstacle !== null) continue;
    const reason = reasons[name];
    Deno.test({
      name: `${sentence} [${name}]${reason ? `: left out as ${reason}` : ""}`,
      ignore: reason !== undefined,
      fn: async () => {
        await openBackend(name);
        await run(name);
      },
    });
  }
}

/** Declares one skipped test per backend that cannot open, with the reason as its name. Call once per test file. */
export function listMissingBackends(): void {
  for (const [name, obstacle] of OBSTACLES) {
    if (obstacle === null) continue;
    Deno.test({ name: `[${name}] is left out: ${obstacle}`, ignore: true, fn() {} });
  }
}
