/** The backend that the flags choose. */

import type { Backend } from "../../lib/backend/backend.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { Flags } from "./flags.ts";
import { findDeniedPath, formatPermittedCommand } from "./permissions.ts";
import { readBackendChoice } from "./shared_flags.ts";

/** Opens a backend and prints, once, which one, why not the ones before it, and what of `--threads` it cannot have. */
export async function openChosenBackend(flags: Flags): Promise<Backend> {
  const { name, options } = readBackendChoice(flags);
  const { backend, skipped } = await openBackend(name, options);
  const reasons = skipped.map(({ name, reason, error }) => {
    const denied = findDeniedPath(error);
    const remedy = denied && `; run \`${formatPermittedCommand([denied])}\``;
    return `; not ${name}: ${reason}${remedy ?? ""}`;
  }).join("");
  console.log(`Backend ${backend.name} ${backend.version} on ${backend.device}${reasons}`);
  const complaint = describeThreads(backend, options.threads);
  if (complaint) console.error(complaint);
  return backend;
}

/** Why a backend has fewer threads than were asked for; `null` if it has as many. */
export function describeThreads(
  { name, threads }: Pick<Backend, "name" | "threads">,
  wanted: number | undefined,
): string | null {
  if (wanted === undefined || threads >= wanted || name === "tensorflow") return null;
  if (name !== "wasm") {
    return `Backend ${name} computes on 1 of the ${wanted} threads of --threads, as it has no more`;
  }
  return `Backend wasm computes on ${threads} of the ${wanted} threads of --threads, as its memory cannot be shared: ` +
    "that needs the program's own files, local and readable (--allow-read)";
}
