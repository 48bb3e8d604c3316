/** A web worker that carries out one run after another on its own backend. */

import { openBackend } from "../backend/open_backend.ts";
import { InputError } from "../errors.ts";
import { executeRun } from "./execute_run.ts";
import { readPretrained } from "./pretrained.ts";
import type { RunMessage, RunRequest } from "./run_messages.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<RunRequest>) => void) | null;
  postMessage(message: RunMessage): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = async ({ data: request }) => {
  try {
    const { backend } = await openBackend(request.backendName, request.backendOptions);
    const rows = await executeRun({
      ...request,
      backend,
      pretrained: await readPretrained(request.pretrainedPath, request.config.backbone),
      onEvent(event) {
        if (event.kind !== "step") return;
        const { epoch, batch, batchCount, loss } = event;
        scope.postMessage({
          kind: "progress",
          doneStepCount: (epoch - 1) * batchCount + batch + 1,
          stepCount: request.config.epochCount * batchCount,
          note: `epoch ${epoch}, loss ${loss.toFixed(3)}`,
        });
      },
    });
    scope.postMessage({ kind: "finished", rows });
  } catch (error) {
    const isInputError = error instanceof InputError;
    const { message, stack } = error as Error;
    scope.postMessage({
      kind: "failed",
      isInputError,
      message: isInputError ? message : stack ?? String(error),
    });
  }
};
