/** Kernel `MaxPoolGrad`. tfjs's own gives the gradient to the last of equal values; PyTorch and the other backends to the first. */

import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type MapFormula, mapNumbers } from "../map_program.ts";

/** Every input looks at the windows that it is in: is it the first maximum there? No window writes twice, so no atomics. */
const GRADIENT: MapFormula = {
  name: "max_pool_gradient",
  inputNames: ["dy", "x"],
  countNames: [
    ...["height", "width", "channelCount", "outHeight", "outWidth"],
    ...["windowHeight", "windowWidth", "strideHeight", "strideWidth", "padTop", "padLeft"],
  ],
  code: `
    let c = index % uniforms.channelCount;
    let column = index / uniforms.channelCount % uniforms.width;
    let row = index / (uniforms.channelCount * uniforms.width) % uniforms.height;
    let image = index / (uniforms.channelCount * uniforms.width * uniforms.height);
    let ownPlace = row * uniforms.width + column;
    let own = x[index];
    var sum = 0.0;
    for (var wy = 0; wy < uniforms.windowHeight; wy++) {
      let top = row + uniforms.padTop - wy; // of a window, in the padded image
      if (top < 0 || top % uniforms.strideHeight != 0) { continue; }
      let outRow = top / uniforms.strideHeight;
      if (outRow >= uniforms.outHeight) { continue; }
      for (var wx = 0; wx < uniforms.windowWidth; wx++) {
        let left = column + uniforms.padLeft - wx;
        if (left < 0 || left % uniforms.strideWidth != 0) { continue; }
        let outColumn = left / uniforms.strideWidth;
        if (outColumn >= uniforms.outWidth) { continue; }
        var isFirst = true;
        for (var fy = 0; fy < uniforms.windowHeight; fy++) {
          let y = top - uniforms.padTop + fy;
          if (y < 0 || y >= uniforms.height) { continue; }
          for (var fx = 0; fx < uniforms.windowWidth; fx++) {
            let at = left - uniforms.padLeft + fx;
            if (at < 0 || at >= uniforms.width) { continue; }
            let place = y * uniforms.width + at;
            let pixel = image * uniforms.height * uniforms.width + place;
            let other = x[pixel * uniforms.channelCount + c];
            isFirst = isFirst && !(other > own || (other == own && place < ownPlace));
          }
        }
        let out = (image * uniforms.outHeight + outRow) * uniforms.outWidth + outColumn;
        if (isFirst) { sum = sum + dy[out * uniforms.channelCount + c]; }
      }
    }
    result[index] = sum;`,
};

/** The gradient of tfjs's `MaxPool`, with the sizes that it infers from the same attributes. */
export const MAX_POOL_GRAD_KERNEL: tf.KernelConfig = {
  kernelName: tf.MaxPoolGrad,
  backendName: "webgpu",
  kernelFunc({ inputs, attrs, backend }) {
    const { dy, input } = inputs as Record<"dy" | "input", tf.TensorInfo>;
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolGradAttrs;
    const info = tf.backend_util.computePool2DInfo(
      input.shape as [number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const counts = [
      ...[info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth],
      ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
      ...[info.padInfo.top, info.padInfo.left],
    ];
    return mapNumbers(
      backend as WebGPUBackend,
      GRADIENT,
      { tensors: [dy, input], counts },
      input.shape,
    );
  },
};
