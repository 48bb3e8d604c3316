/** The backend that the flags choose. */

import type { Backend } from "../../lib/backend/backend.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { Flags } from "./flags.ts";
import { findDeniedPath, formatPermittedCommand } from "./permissions.ts";
import { readBackendChoice } from "./shared_flags.ts";

/** Opens a backend and prints, once, which one and why not the ones before it. */
export async function openChosenBackend(flags: Flags): Promise<Backend> {
  const { name, options } = readBackendChoice(flags);
  const { backend, skipped } = await openBackend(name, options);
  const reasons = skipped.map(({ name, reason, error }) => {
    const denied = findDeniedPath(error);
    const remedy = denied && `; run \`${formatPermittedCommand([denied])}\``;
    return `; not ${name}: ${reason}${remedy ?? ""}`;
  }).join("");
  console.log(`Backend ${backend.name} ${backend.version} on ${backend.device}${reasons}`);
  return backend;
}
