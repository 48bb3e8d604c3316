/** Whether other threads can work in backend wasm's memory, and how one starts. */

import type { HelperData } from "./kernel_worker.ts";
import type { StartHelper } from "./kernel_threads.ts";

/**
 * What starts a helper; `null` where there is none: a page of a browser, bundled, has no file for it, a package that came by
 * network has no local one, and reading it may not be allowed.
 *
 * @param file What a helper runs. @default {kernel_worker.ts}
 */
export async function findHelper(file?: URL): Promise<StartHelper | null> {
  if (typeof SharedArrayBuffer === "undefined" || typeof Deno === "undefined") return null;
  const url = file ?? new URL("./kernel_worker.ts", import.meta.url);
  if (url.protocol !== "file:") return null;
  const { state } = await Deno.permissions.query({ name: "read", path: url });
  if (state !== "granted") return null;
  // Web workers would keep the process alive, and cannot be ended while they wait.
  const { Worker } = await import("node:worker_threads");
  return (data: HelperData, onFailure) => {
    const worker = new Worker(url, { workerData: data });
    worker.on("error", (error) => onFailure(describe(error)));
    worker.unref();
  };
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

/** Says on stderr, in one line, that one thread goes on. */
export async function warnAlone(reason: string): Promise<void> {
  const { emitWarning } = await import("node:process");
  emitWarning(
    `Backend wasm goes on with one thread, to the same bits, as a helper fails: ${reason}`,
  );
}
