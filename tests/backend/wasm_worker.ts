/** A Web Worker that opens backend `wasm` and posts a convolution's gradients; see open_backend_test.ts. */

import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { computeGradients } from "./some_gradients.ts";

const worker = self as unknown as { postMessage(message: unknown): void };

try {
  await openBackend("wasm");
  worker.postMessage({ backend: tf.getBackend(), gradients: computeGradients() });
} catch (error) {
  worker.postMessage({ error: (error as Error).message });
}
