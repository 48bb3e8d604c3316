/** Kernel `Fused`: XLA makes one loop of several ops, in compiled functions and where there is enough to loop over. */

import * as tf from "@tensorflow/tfjs";
import { FUSED, type FusedOps } from "../../ops/fuse.ts";
import { computesByXla } from "../check_xla.ts";
import type { TensorMetadata } from "../eager/tensor_metadata.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";

/** Fewer values than this are not worth XLA's compiling, a tenth of a second and more. */
const LEAST_SIZE = 1 << 16;

/** Registers the kernel. */
export function registerFused(): void {
  registerTensorflowKernel(
    FUSED,
    (call) => runFused(call, call.attrs as unknown as FusedOps, call.allInputs()),
  );
}

/** Runs ops as one where they are worth it. The caller disposes the outputs. */
export function runFused(
  call: KernelCall,
  ops: FusedOps,
  inputs: readonly tf.TensorInfo[],
): tf.Tensor[] {
  const isWorthIt = !ops.savesCasts || isLow(call, inputs);
  if (isWorthIt && goesToXla(call, inputs)) return callFused(call, ops, inputs);
  return tf.tidy(() => ops.body(inputs as tf.Tensor[]));
}

/** Whether ops on such inputs become one. */
export function goesToXla(call: KernelCall, inputs: readonly tf.TensorInfo[]): boolean {
  const { choices, backend: { binding } } = call;
  const size = Math.max(...inputs.map(({ shape }) => tf.util.sizeFromShape(shape)));
  return choices.hasXla && size >= LEAST_SIZE && binding.isTracing() && computesByXla(binding);
}

function isLow({ backend }: KernelCall, inputs: readonly tf.TensorInfo[]): boolean {
  return backend.binding.isLowPrecision(backend.getInputTensorIds(inputs));
}

/** Records the call. The caller disposes the outputs. */
export function callFused(
  { backend }: KernelCall,
  { name, body, isMultiplied = false }: FusedOps,
  inputs: readonly tf.TensorInfo[],
): tf.Tensor[] {
  const ids = backend.getInputTensorIds(inputs);
  const record = (standIns: readonly TensorMetadata[]) => {
    const symbols = standIns.map((standIn) => backend.createOutputTensor(standIn));
    const outputs = tf.tidy(() => body(symbols));
    const outputIds = backend.getInputTensorIds(outputs);
    tf.dispose([...symbols, ...outputs]);
    return outputIds;
  };
  return backend.binding.callFused({ name, record, isMultiplied }, ids).map((output) =>
    backend.createOutputTensor(output)
  );
}
