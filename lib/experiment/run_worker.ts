/** A web worker that carries out one run after another on its own backend. */

import { basename } from "@std/path";
import { openBackend } from "../backend/open_backend.ts";
import { InputError } from "../errors.ts";
import { executeRun, RunStopped } from "./execute_run.ts";
import { type PretrainedFile, readPretrained } from "./pretrained.ts";
import { storeFailure } from "./run_failure.ts";
import { runFolder } from "./run_folder.ts";
import { formatRunId } from "../train/run_id.ts";
import type { LastMessage, RunMessage, RunRequest, WorkerOrder } from "./run_messages.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerOrder>) => void) | null;
  postMessage(message: RunMessage): void;
}

const scope = self as unknown as WorkerScope;
let shouldStop = false;

scope.onmessage = async ({ data: order }) => {
  if (order.kind === "stop") shouldStop = true;
  else scope.postMessage(await carryOut(order.request));
};

async function carryOut(request: RunRequest): Promise<LastMessage> {
  try {
    const { backend } = await openBackend(request.backendName, request.backendOptions);
    const rows = await executeRun({
      ...request,
      backend,
      isEager: request.backendOptions.isEager,
      pretrained: await readPretrained(findFile(request), request.config.backbone),
      pretrainedName: request.pretrainedPath ? basename(request.pretrainedPath) : undefined,
      shouldStop: () => shouldStop,
      onWait: (holder) => scope.postMessage({ kind: "waiting", holder }),
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
    return { kind: "finished", rows };
  } catch (error) {
    if (error instanceof RunStopped) return { kind: "stopped" };
    const isInputError = error instanceof InputError;
    const { message: line, stack } = error as Error;
    const message = isInputError ? line : stack ?? String(error);
    const { path } = runFolder(request.resultsRoot, formatRunId(request.config));
    await storeFailure(path, message).catch(() => {}); // what is said anyway: the failure itself
    return { kind: "failed", isInputError, message };
  }
}

/** The weights that the run's id names. */
function findFile({ pretrainedPath, config }: RunRequest): PretrainedFile | null {
  return pretrainedPath === null ? null : { path: pretrainedPath, hash: config.pretrainedHash! };
}
