/** What a kernel of the recording backend is. */

import type * as tf from "@tensorflow/tfjs";
import type { RecordingBackend } from "./recording_backend.ts";

/** Tensors by the kernel's names. */
export type Inputs = Readonly<Record<string, tf.TensorInfo>>;
/** Attributes by the kernel's names. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Adds the operators of one call to the graph and returns its outputs. */
export type RecordedKernel = (
  backend: RecordingBackend,
  inputs: Inputs,
  attributes: Attributes,
) => tf.TensorInfo | tf.TensorInfo[];
