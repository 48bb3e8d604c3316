/** A web worker that opens one backend and measures it, so that backends do not meet in one thread. */

import * as tf from "@tensorflow/tfjs";
import type { Backend } from "../backend/backend.ts";
import { whyOnCpu } from "../backend/tensorflow/open_tensorflow.ts";
import type { NodeBackend } from "../backend/tensorflow/eager/node_package.ts";
import { openBackend } from "../backend/open_backend.ts";
import type { BackendReport, BackendRequest } from "./backend_report.ts";
import { measureSpeed } from "./measure_speed.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<BackendRequest>) => void) | null;
  postMessage(report: BackendReport): void;
}

const scope = self as unknown as WorkerScope;

/** Bytes that WebAssembly can address. */
const WASM_BYTES = 2 ** 32;

scope.onmessage = async ({ data: { name, options } }) => {
  try {
    const startMs = performance.now();
    const { backend } = await openBackend(name, options);
    const openSeconds = (performance.now() - startMs) / 1000;
    scope.postMessage({
      name,
      isAvailable: true,
      backend,
      speed: await measureSpeed(),
      ...describeMemory(backend),
      whyOnCpu: name === "tensorflow" ? whyOnCpu() : null,
      openSeconds,
    });
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    scope.postMessage({ name, isAvailable: false, reason: reason! });
  }
};

function describeMemory({ name, deviceKind }: Backend) {
  const total = Deno.systemMemoryInfo().total;
  switch (name) {
    case "webgpu": {
      const { device } = tf.backend() as unknown as { device: GPUDevice };
      const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
      const largestTensorBytes = Math.min(maxBufferSize, maxStorageBufferBindingSize);
      return { memoryBytes: null, largestTensorBytes };
    }
    case "tensorflow": {
      const { binding } = tf.backend() as NodeBackend;
      return {
        memoryBytes: deviceKind === "gpu" ? binding.getGpuMemoryBytes() : total,
        largestTensorBytes: null,
      };
    }
    case "wasm":
      return { memoryBytes: Math.min(total, WASM_BYTES), largestTensorBytes: null };
    default:
      return { memoryBytes: total, largestTensorBytes: null };
  }
}
