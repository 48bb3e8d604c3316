/** Convolution, bias, residual and ReLU as one op. */

import * as tf from "@tensorflow/tfjs";
import { reluGradient } from "./relu.ts";
import { runKernel } from "./run_kernel.ts";

/**
 * Kernel: inputs x [B, H, W, I], filter [FH, FW, I, O], bias [O], maybe residual [B, H', W', O]; attributes strides [2], pad
 * (pixels), hasRelu; output y [B, H', W', O].
 */
export const CONV_BIAS_RELU = "ConvBiasRelu";

/** Kernel: input dy [..., C]; output its sum over all axes but the last, [C]. */
export const BIAS_GRAD = "BiasGrad";

/** How to convolve, and what comes after. */
export interface ConvBiasReluOptions {
  /** Along both axes. */
  readonly stride: number;
  /** Zeros on each of the four sides, in pixels. */
  readonly pad: number;
  /** Whether max(0, ·) comes last. */
  readonly hasRelu: boolean;
  /** Added before the ReLU, of the result's shape. */
  readonly residual?: tf.Tensor4D;
}

/**
 * max(0, x * filter + bias + residual), without the maximum where `hasRelu` is false. Differentiable in all four tensors.
 *
 * @param x [B, H, W, I]
 * @param filter [FH, FW, I, O]
 * @param bias [O]
 * @returns [B, H', W', O] with H' = floor((H + 2 pad - FH) / stride) + 1. The caller disposes it.
 * @throws {RangeError} If the shapes do not belong together.
 */
export function convBiasRelu(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  options: ConvBiasReluOptions,
): tf.Tensor4D {
  const { stride, pad, hasRelu, residual } = options;
  const { outShape, inChannels, outChannels } = tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    stride,
    1,
    pad,
  );
  checkShape("filter", filter, [...filter.shape.slice(0, 2), inChannels, outChannels]);
  checkShape("bias", bias, [outChannels]);
  if (residual) checkShape("residual", residual, outShape);
  const inputs = { x, filter, bias, ...(residual ? { residual } : {}) };
  const attrs = { strides: [stride, stride], pad, hasRelu };
  return runKernel(CONV_BIAS_RELU, inputs, attrs, composeForward)[0] as tf.Tensor4D;
}

function checkShape(name: string, tensor: tf.Tensor, shape: readonly number[]): void {
  if (tf.util.arraysEqual(tensor.shape, [...shape])) return;
  throw new RangeError(
    `Cannot convolve as ${name} must be of shape [${shape}]: it is [${tensor.shape}]`,
  );
}

interface ConvBiasReluAttrs {
  readonly strides: [number, number];
  readonly pad: number;
  readonly hasRelu: boolean;
}

const composeForward = (
  { x, filter, bias, residual }: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
): tf.Tensor[] => {
  const { strides, pad, hasRelu } = attrs as unknown as ConvBiasReluAttrs;
  const convolved = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
  const biased = tf.add(convolved, bias!);
  const summed = residual ? tf.add(biased, residual) : biased;
  return [hasRelu ? tf.relu(summed) : summed];
};

const composeBiasGrad = ({ dy }: Record<string, tf.Tensor>): tf.Tensor[] => [
  tf.sum(tf.reshape(dy!, [-1, dy!.shape.at(-1)!]), 0),
];

tf.registerGradient({
  kernelName: CONV_BIAS_RELU,
  inputsToSave: ["x", "filter"],
  outputsToSave: [true],
  gradFunc(dy, saved, attrs) {
    const [x, filter, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const { strides, pad, hasRelu } = attrs as unknown as ConvBiasReluAttrs;
    const inner = hasRelu ? reluGradient(dy as tf.Tensor, y) : dy as tf.Tensor;
    const dataFormat = "NHWC";
    const shared = { strides, pad, dataFormat, dimRoundingMode: null };
    return {
      x: () =>
        tf.engine().runKernel(tf.Conv2DBackpropInput, { dy: inner, filter }, {
          ...shared,
          inputShape: x.shape,
        } as unknown as tf.NamedAttrMap) as tf.Tensor,
      filter: () =>
        tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy: inner }, {
          ...shared,
          filterShape: filter.shape,
        } as unknown as tf.NamedAttrMap) as tf.Tensor,
      bias: () => runKernel(BIAS_GRAD, { dy: inner }, {}, composeBiasGrad)[0]!,
      residual: () => tf.clone(inner),
    };
  },
});
