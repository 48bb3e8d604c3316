/** The other end of {@link in_worker.ts}. */

import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { openWebgpu } from "../../../lib/backend/webgpu/open_webgpu.ts";
import type { WorkerOutcome, WorkerTask } from "./in_worker.ts";

interface WorkerScope {
  onmessage: (event: MessageEvent<WorkerTask>) => void;
  postMessage(outcome: WorkerOutcome): void;
}

const scope = self as unknown as WorkerScope;

const squareOfThree = () => tf.tidy(() => tf.square(tf.add(tf.fill([2], 1), 2)));

const TASKS: Record<WorkerTask, () => Promise<ArrayLike<number>>> = {
  "compute": () => squareOfThree().data(),
  "lose the device": () => {
    const result = squareOfThree();
    (tf.backend() as WebGPUBackend).device.destroy();
    return result.data();
  },
  "exceed the binding limit": () => {
    const { device } = tf.backend() as WebGPUBackend;
    const size = Math.floor(device.limits.maxStorageBufferBindingSize / 4) + 1;
    return tf.fill([size], 1).data();
  },
  "fail beside the program": () => {
    const { device } = tf.backend() as WebGPUBackend;
    device.createBuffer({ size: 2 ** 50, usage: GPUBufferUsage.STORAGE }); // throws nothing
    return squareOfThree().data();
  },
  "require a GPU": async () => {
    await openWebgpu({ isGpuRequired: true });
    return [];
  },
};

scope.onmessage = async ({ data: task }) => {
  try {
    if (task !== "require a GPU") await openBackend("webgpu");
    const values = [...Array.from(await TASKS[task]())];
    scope.postMessage({ errorName: "", message: "", values });
  } catch (error) {
    const { name, message } = error as Error;
    scope.postMessage({ errorName: name, message, values: [] });
  }
};
