/** Kernels `ReluGrad` and `BiasGrad`: what comes back through the end of a convolution. */

import type * as tf from "@tensorflow/tfjs";
import { BIAS_GRAD } from "../ops/conv2d_bias_relu.ts";
import { RELU_GRAD } from "../ops/relu.ts";
import type { WasmModule } from "./open_module.ts";

/** dy where y > 0. */
export function createReluGrad({ kernels, addressOf, createTensor }: WasmModule): tf.KernelConfig {
  return {
    kernelName: RELU_GRAD,
    backendName: "wasm",
    kernelFunc({ inputs }) {
      const { dy, y } = inputs as Record<"dy" | "y", tf.TensorInfo>;
      const out = createTensor(y.shape);
      const count = y.shape.reduce((product, extent) => product * extent, 1);
      kernels.gateByPositive(addressOf(dy), addressOf(y), addressOf(out), count);
      return out;
    },
  };
}

/** Sum of dy over all axes but the last. */
export function createBiasGrad({ kernels, addressOf, createTensor }: WasmModule): tf.KernelConfig {
  return {
    kernelName: BIAS_GRAD,
    backendName: "wasm",
    kernelFunc({ inputs }) {
      const dy = inputs.dy!;
      const channelCount = dy.shape.at(-1)!;
      const rowCount = dy.shape.reduce((product, extent) => product * extent, 1) / channelCount;
      const out = createTensor([channelCount]);
      kernels.sumChannels(addressOf(dy), rowCount, channelCount, 1, addressOf(out));
      return out;
    },
  };
}
