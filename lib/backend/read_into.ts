/** Copies a tensor's values to where the caller wants them, without an array in between where the backend can. */

import * as tf from "@tensorflow/tfjs";

/** Copies the values of a tensor of the current backend into an array of as many numbers. */
export type Reader = (tensor: tf.Tensor, target: Float32Array) => void;

const readers = new Map<string, Reader>();

/** Registers a backend's reader, in place of the one that is there. */
export function registerReader(backendName: string, reader: Reader): void {
  readers.set(backendName, reader);
}

/**
 * Copies a tensor's values.
 *
 * @param tensor Of float32.
 * @param openTarget Gives the array, of as many numbers; called when the values are there.
 */
export async function readInto(tensor: tf.Tensor, openTarget: () => Float32Array): Promise<void> {
  const reader = readers.get(tf.getBackend());
  if (reader) return reader(tensor, openTarget());
  const values = await tensor.data<"float32">();
  openTarget().set(values);
}
