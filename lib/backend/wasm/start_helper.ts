/** Whether other threads can work in backend wasm's memory, and how one starts. */

import type { HelperData } from "./kernel_worker.ts";
import type { StartHelper } from "./kernel_threads.ts";

/**
 * What starts a helper; `null` where there is none: a page of a browser, bundled, has no file for it, a package that came by
 * network has no local one, and reading it may not be allowed.
 */
export async function findHelper(): Promise<StartHelper | null> {
  if (typeof SharedArrayBuffer === "undefined" || typeof Deno === "undefined") return null;
  const url = new URL("./kernel_worker.ts", import.meta.url);
  if (url.protocol !== "file:") return null;
  const { state } = await Deno.permissions.query({ name: "read", path: url });
  if (state !== "granted") return null;
  // Web workers would keep the process alive, and cannot be ended while they wait.
  const { Worker } = await import("node:worker_threads");
  return (data: HelperData) => new Worker(url, { workerData: data }).unref();
}
