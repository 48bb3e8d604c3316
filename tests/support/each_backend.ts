/** One suite over the backends that every machine has. */

import type { BackendName } from "../../lib/backend/backend.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { needs } from "./permissions.ts";

/** The backends, and whether this process may not open them. */
const BACKENDS: readonly { readonly name: BackendName; readonly ignore: boolean }[] = [
  { name: "cpu", ignore: false },
  { name: "wasm", ignore: needs("read") },
];

/** Declares a test once per backend; the backend is open and current when `run` starts. */
export function testOnEachBackend(
  sentence: string,
  run: (backend: BackendName) => void | Promise<void>,
): void {
  for (const { name, ignore } of BACKENDS) {
    Deno.test({
      name: `${sentence} [${name}]`,
      ignore,
      fn: async () => {
        await openBackend(name);
        await run(name);
      },
    });
  }
}
