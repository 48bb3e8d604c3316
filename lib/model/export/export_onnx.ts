/** A trained network as an ONNX model: images of any number to embeddings. */

import * as tf from "@tensorflow/tfjs";
import type { NamedTensor } from "../../file/named_tensor.ts";
import { formatOnnx } from "../../file/onnx.ts";
import type { Tensor4D } from "../../tensor.ts";
import type { Backbone } from "../backbone.ts";
import { createEmbedder, EVALUATION_MODE } from "../embedder.ts";
import { registerRecordedKernels } from "./record_kernels.ts";
import { RECORDED_BATCH_SIZE, RECORDING_BACKEND, RecordingBackend } from "./recording_backend.ts";

/** What to export. */
export interface ExportOnnxOptions {
  readonly backbone: Backbone;
  /** D. */
  readonly embeddingSize: number;
  /** Pixels of either side of an image; positions of patches and pools are made for it. */
  readonly inputSize: number;
  /** All tensors of backbone and head, in PyTorch's layout. */
  readonly tensors: readonly NamedTensor[];
  /** Text to keep in the model, by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Exports a network in evaluation mode: input `images` [batch, 3, S, S], normalized by the backbone's preset; output
 * `embeddings` [batch, D], rows of unit length.
 *
 * The network is run once on a backend that records ONNX operators instead of computing, so that what is exported is what
 * evaluation runs. The backend that was current is current again afterwards.
 *
 * @returns The bytes of an ONNX file, opset 17. The same input gives the same bytes.
 * @throws {InputError} If tensors are missing, unexpected, misshapen or not finite.
 */
export function exportOnnx(options: ExportOnnxOptions): Uint8Array<ArrayBuffer> {
  const { backbone, embeddingSize, inputSize } = options;
  const previous = tf.getBackend();
  const backend = new RecordingBackend();
  tf.registerBackend(RECORDING_BACKEND, () => backend);
  try {
    registerRecordedKernels(RECORDING_BACKEND);
    tf.setBackend(RECORDING_BACKEND);
    const output = record(backend, options);
    return formatOnnx({
      name: backbone.name,
      nodes: [...backend.nodes, { type: "Identity", inputs: [output], outputs: ["embeddings"] }],
      tensors: backend.tensors,
      inputs: [{ name: "images", shape: ["batch", 3, inputSize, inputSize] }],
      outputs: [{ name: "embeddings", shape: ["batch", embeddingSize] }],
      metadata: options.metadata,
    });
  } finally {
    if (previous) tf.setBackend(previous);
    tf.removeBackend(RECORDING_BACKEND);
    for (const { kernelName } of tf.getKernelsForBackend(RECORDING_BACKEND)) {
      tf.unregisterKernel(kernelName, RECORDING_BACKEND);
    }
  }
}

/** Runs the network on the recording backend; returns the name of its output. */
function record(backend: RecordingBackend, options: ExportOnnxOptions): string {
  const { backbone, embeddingSize, inputSize, tensors } = options;
  const embedder = createEmbedder({ backbone, embeddingSize, seed: 0 });
  try {
    embedder.tensors.load(tensors);
    for (const { name } of embedder.tensors.specs) {
      backend.nameConstant(embedder.tensors.get(name).dataId, name);
    }
    return tf.tidy(() => {
      const shape = [RECORDED_BATCH_SIZE, inputSize, inputSize, 3];
      const images = tf.engine().makeTensorFromTensorInfo(
        backend.create(shape, "images", "nchw"),
        backend,
      );
      const embeddings = embedder.embed(images as Tensor4D, EVALUATION_MODE);
      return backend.nameOf(embeddings) as unknown as tf.TensorContainer;
    }) as unknown as string;
  } finally {
    embedder.dispose();
  }
}
