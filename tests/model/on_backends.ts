/** Runs a test on several backends; one that cannot open is skipped, and the test's name says why. */

import type { BackendName } from "../../lib/backend/backend.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";

/** Registers `run` once per backend. */
export async function testOnBackends(
  name: string,
  backends: readonly BackendName[],
  run: () => void | Promise<void>,
): Promise<void> {
  for (const backend of backends) {
    const reason = await findReason(backend);
    Deno.test({
      name: `${name} on ${backend}${reason ? ` (skipped: ${reason})` : ""}`,
      ignore: reason !== null,
      fn: async () => {
        await openBackend(backend);
        await run();
      },
    });
  }
}

const REASONS = new Map<BackendName, string | null>();

/** Why a backend does not open, or `null` if it does. */
async function findReason(backend: BackendName): Promise<string | null> {
  if (!REASONS.has(backend)) {
    const reason = await openBackend(backend).then(() => null, (error: Error) => error.message);
    REASONS.set(backend, reason);
  }
  return REASONS.get(backend)!;
}
