/** Tries every backend, each in a worker of its own, so that they do not meet in one thread. */

import { BACKEND_NAMES, type BackendOptions } from "../backend/backend.ts";
import { askWorker } from "./ask_worker.ts";
import type { BackendReport, BackendRequest, ChoiceReport } from "./backend_report.ts";

/** Tries the backends one after the other, so that none takes time from another. Never rejects. */
export async function checkBackends(options: BackendOptions): Promise<BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const name of BACKEND_NAMES) {
    const url = new URL("./backend_worker.ts", import.meta.url);
    const explain = (reason: string): BackendReport => ({ name, isAvailable: false, reason });
    reports.push(await askWorker<BackendRequest, BackendReport>(url, { name, options }, explain));
  }
  return reports;
}

/** What `auto` takes here. Never rejects. */
export function checkChoice(options: BackendOptions): Promise<ChoiceReport> {
  const url = new URL("./auto_worker.ts", import.meta.url);
  return askWorker<BackendOptions, ChoiceReport>(url, options, (reason) => ({ reason }));
}
