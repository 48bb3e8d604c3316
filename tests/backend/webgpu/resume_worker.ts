/** Trains a small run on WebGPU; may lose the device on the way. The other end of resume_test.ts. */

import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { createLearner } from "../../../lib/train/learner.ts";
import { identifyRun } from "../../../lib/train/run_identity.ts";
import { runTraining } from "../../../lib/train/run_training.ts";
import { smallConfig } from "../../support/train_config.ts";

/** What to do. */
export interface ResumeRequest {
  readonly runFolder: string;
  /** Step after which the device is lost, or `null`. */
  readonly loseAfter: number | null;
}

/** What came of it. */
export interface ResumeOutcome {
  readonly message: string;
  /** Mean loss of every epoch that this worker trained or read from the checkpoint. */
  readonly meanLosses: readonly (number | null)[];
  readonly resumedCount: number;
}

interface WorkerScope {
  onmessage: (event: MessageEvent<ResumeRequest>) => void;
  postMessage(outcome: ResumeOutcome): void;
}

const scope = self as unknown as WorkerScope;
const CONFIG = smallConfig({ epochCount: 2 });
const CLASS_COUNT = 4;
const LABELS = Array.from({ length: 4 * CLASS_COUNT }, (_, i) => i % CLASS_COUNT);

scope.onmessage = async ({ data: { runFolder, loseAfter } }) => {
  const meanLosses: (number | null)[] = [];
  let [message, resumedCount, stepCount] = ["", 0, 0];
  try {
    const { backend } = await openBackend("webgpu");
    const events = runTraining(createLearner(CONFIG, CLASS_COUNT, null), {
      config: CONFIG,
      labels: LABELS,
      classCount: CLASS_COUNT,
      epochImageCount: LABELS.length,
      loadBatch: (indices, streamOf) =>
        Promise.resolve(Float32Array.from(indices.flatMap((_, i) => {
          const stream = streamOf(i);
          return Array.from({ length: CONFIG.inputSize ** 2 * 3 }, () => stream.nextNormal());
        }))),
      evaluate: () => Promise.resolve(null),
      runFolder,
      identity: identifyRun(backend, {
        isEager: false,
        microBatchSize: null,
        dataHash: "d",
        codeHash: "c",
      }),
    });
    for await (const event of events) {
      if (event.kind === "resumed") {
        resumedCount = event.history.length;
        meanLosses.push(...event.history.map(({ meanLoss }) => meanLoss));
      }
      if (event.kind === "epoch") meanLosses.push(event.record.meanLoss);
      if (event.kind === "step" && ++stepCount === loseAfter) {
        (tf.backend() as WebGPUBackend).device.destroy();
      }
    }
  } catch (error) {
    message = `${(error as Error).name}: ${(error as Error).message}`;
  }
  scope.postMessage({ message, meanLosses, resumedCount });
};
