/** Kernel `MaxPoolGrad`, in place of tfjs's, which loses gradients at the borders of a padded pool (4.22.0). */

import * as tf from "@tensorflow/tfjs";
import type { ConvAttrs } from "./conv_geometry.ts";
import type { WasmModule } from "./open_module.ts";

/** Each window's gradient goes to its first maximum. */
export function createMaxPoolGrad(module: WasmModule): tf.KernelConfig {
  const { kernels, addressOf } = module;
  return {
    kernelName: tf.MaxPoolGrad,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { dy, input, output } = inputs as Record<"dy" | "input" | "output", tf.TensorInfo>;
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolAttrs;
      const pool = tf.backend_util.computePool2DInfo(
        input.shape as [number, number, number, number],
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode ?? undefined,
      );
      const out = module.createTensor(input.shape);
      const dx = addressOf(out);
      kernels.fillZeros(dx, tf.util.sizeFromShape(input.shape) * 4);
      kernels.routeToMaximum(
        ...[addressOf(input), addressOf(output), addressOf(dy), dx] as const,
        ...[pool.batchSize, pool.inHeight, pool.inWidth, pool.inChannels] as const,
        ...[pool.outHeight, pool.outWidth, pool.filterHeight, pool.filterWidth] as const,
        ...[pool.strideHeight, pool.strideWidth, pool.padInfo.top, pool.padInfo.left] as const,
      );
      return out;
    },
  };
}

interface MaxPoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: ConvAttrs["pad"];
  readonly dimRoundingMode?: ConvAttrs["dimRoundingMode"];
}
