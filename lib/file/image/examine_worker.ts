/** A web worker that examines files. */

import { type ExamineAnswer, examinePart, type ExamineRequest } from "./examine_part.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<ExamineRequest>) => void) | null;
  postMessage(message: ExamineAnswer): void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = async ({ data: request }) => scope.postMessage(await examinePart(request));
