/** A web worker that lets `auto` choose. */

import type { BackendOptions } from "../backend/backend.ts";
import { openBackend } from "../backend/open_backend.ts";
import type { ChoiceReport } from "./backend_report.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<BackendOptions>) => void) | null;
  postMessage(report: ChoiceReport): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = async ({ data: options }) => {
  try {
    const { backend, skipped } = await openBackend("auto", options);
    scope.postMessage({ backend, skipped: skipped.map(({ name, reason }) => ({ name, reason })) });
  } catch (error) {
    scope.postMessage({ reason: (error as Error).message.split("\n")[0]! });
  }
};
