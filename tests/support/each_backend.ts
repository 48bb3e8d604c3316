/** One suite over the backends whose numbers must agree: those that every machine has, and TensorFlow where there is a library. */

import type { BackendName } from "../../lib/backend/backend.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { needs } from "./permissions.ts";

/** The backends, and why this process cannot open them. */
const BACKENDS: readonly { readonly name: BackendName; readonly obstacle: string | null }[] = [
  { name: "cpu", obstacle: null },
  { name: "wasm", obstacle: needs("read") ? "it needs permissions" : null },
  { name: "tensorflow", obstacle: await findTensorflowObstacle() },
];

async function findTensorflowObstacle(): Promise<string | null> {
  if (needs("ffi", "read", "env")) return "it needs permissions";
  try {
    await openBackend("tensorflow");
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Declares a test once per backend; the backend is open and current when `run` starts. */
export function testOnEachBackend(
  sentence: string,
  run: (backend: BackendName) => void | Promise<void>,
): void {
  for (const { name, obstacle } of BACKENDS) {
    Deno.test({
      name: `${sentence} [${name}]${obstacle === null ? "" : ` (skipped: ${obstacle})`}`,
      ignore: obstacle !== null,
      fn: async () => {
        await openBackend(name);
        await run(name);
      },
    });
  }
}
