/** Convolution and batch norm, the unit that convolutional networks are made of. */

import * as tf from "@tensorflow/tfjs";
import { convBiasRelu } from "../../backend/ops/conv2d_bias_relu.ts";
import { relu } from "../../backend/ops/relu.ts";
import { type Initializer, uniformFanIn } from "../initializer.ts";
import type { TensorSpec } from "../tensor_spec.ts";
import { batchNorm, batchNormSpecs, frozenAffine } from "./batch_norm.ts";
import type { LayerContext } from "./layer_context.ts";

/** One convolution and its batch norm: a row of an architecture's table. */
export interface ConvNormLayer {
  /** PyTorch's name of the convolution. */
  readonly conv: string;
  /** PyTorch's name of the batch norm. */
  readonly norm: string;
  readonly inputCount: number;
  readonly outputCount: number;
  /** Height and width of the window. */
  readonly kernelSize: number;
  readonly stride: number;
  /** Zeros on each side: symmetric, as in PyTorch. */
  readonly pad: number;
  /** Whether the convolution has a bias of its own. */
  readonly hasBias: boolean;
}

/** What follows the batch norm. */
export interface ConvNormEnd {
  readonly hasRelu: boolean;
  /** Added before the ReLU, of the result's shape. */
  readonly residual?: tf.Tensor4D;
}

/**
 * Specs of a convolution and its batch norm, in PyTorch's order.
 *
 * @param initFilter Rule for a filter of shape [O, I, H, W]; a bias is always PyTorch's default.
 */
export function convNormSpecs(
  layer: ConvNormLayer,
  initFilter: (shape: readonly number[]) => Initializer,
): TensorSpec[] {
  const { conv, inputCount, outputCount, kernelSize } = layer;
  const shape = [outputCount, inputCount, kernelSize, kernelSize];
  const filter: TensorSpec = {
    name: `${conv}.weight`,
    shape,
    role: "conv",
    init: initFilter(shape),
  };
  const bias: TensorSpec = {
    name: `${conv}.bias`,
    shape: [outputCount],
    role: "vector",
    init: uniformFanIn(shape),
  };
  return [filter, ...(layer.hasBias ? [bias] : []), ...batchNormSpecs(layer.norm, outputCount)];
}

/**
 * Applies a convolution, its batch norm, and the end of the layer.
 *
 * With running statistics the two are one convolution with filter w · scale and bias shift (+ bias · scale), where
 * `frozenAffine` gives scale and shift; the gradients for γ and β follow by differentiation through these products.
 *
 * @param x [B, H, W, I]
 * @returns [B, H', W', O]. Call it within a `tf.tidy`.
 */
export function convNorm(
  context: LayerContext,
  x: tf.Tensor4D,
  layer: ConvNormLayer,
  end: ConvNormEnd,
): tf.Tensor4D {
  const { tensors } = context;
  const { stride, pad } = layer;
  const filter = tensors.get(`${layer.conv}.weight`) as unknown as tf.Tensor4D; // [H, W, I, O]
  const bias = layer.hasBias ? tensors.get(`${layer.conv}.bias`) as tf.Tensor1D : null;
  if (context.batchNorm === "frozen") {
    const { scale, shift } = frozenAffine(tensors, layer.norm);
    const foldedFilter = tf.mul(filter, scale) as tf.Tensor4D; // scale runs along O
    const foldedBias = bias ? tf.add(shift, tf.mul(bias, scale)) as tf.Tensor1D : shift;
    return convBiasRelu(x, foldedFilter, foldedBias, { stride, pad, ...end });
  }
  const convolved = bias
    ? convBiasRelu(x, filter, bias, { stride, pad, hasRelu: false })
    : tf.conv2d(x, filter, stride, pad);
  const normalized = batchNorm(context, convolved, layer.norm);
  const summed = end.residual ? tf.add(normalized, end.residual) : normalized;
  return (end.hasRelu ? relu(summed) : summed) as tf.Tensor4D;
}
