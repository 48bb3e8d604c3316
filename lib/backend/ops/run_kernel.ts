/** Our ops are tfjs kernels: a backend may register a fast one, and every other backend gets a composition of tfjs's ops. */

import * as tf from "@tensorflow/tfjs";

/** A kernel written with tfjs's ops: a function of its arguments alone, as it is registered once and serves every call. */
export type ComposedKernel = (
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
) => tf.Tensor[];

/**
 * Runs a kernel of ours on the current backend, so that tfjs records it for its gradient like any of its own.
 *
 * A backend's own kernel is registered with {@linkcode replaceKernel}; where there is none, `compose` becomes the kernel.
 *
 * @param name Name of the kernel, such as `BatchNormTrain`.
 * @param compose The same with tfjs's ops; what it allocates on the way is disposed. One function for all calls.
 * @returns The outputs; the caller disposes them.
 * @throws {TypeError} If `compose` is not that of the calls before.
 */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
  compose: ComposedKernel,
): tf.Tensor[] {
  tf.backend(); // initializes a backend if none is current
  const backendName = tf.getBackend();
  if (COMPOSED.get(name) !== compose) remember(name, compose);
  if (!tf.getKernel(name, backendName)) {
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: (call) =>
        tf.tidy(() => compose(call.inputs as Record<string, tf.Tensor>, call.attrs ?? {})),
    });
  }
  const outputs = tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as
    | tf.Tensor
    | tf.Tensor[];
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** What each kernel has been composed by. */
const COMPOSED = new Map<string, ComposedKernel>();

function remember(name: string, compose: ComposedKernel): void {
  if (COMPOSED.has(name)) {
    throw new TypeError(
      `Cannot run ${name} as every call must bring the same function: one made for a call would serve others`,
    );
  }
  COMPOSED.set(name, compose);
}

/** Whether tfjs records ops for a gradient now: what they were computed of is kept. */
export function isRecorded(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** Registers a backend's kernel, in place of the one that is there. */
export function replaceKernel(config: tf.KernelConfig): void {
  if (tf.getKernel(config.kernelName, config.backendName)) {
    tf.unregisterKernel(config.kernelName, config.backendName);
  }
  tf.registerKernel(config);
}
