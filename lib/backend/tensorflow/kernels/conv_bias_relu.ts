/** Kernels `ConvBiasRelu` and tfjs's `FusedConv2D`: one op that adds and clips while it is at it, or three; see `DeviceChoices`. */

import * as tf from "@tensorflow/tfjs";
import { CONV_BIAS_RELU } from "../../ops/conv2d_bias_relu.ts";
import { stringAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { convolve } from "./conv2d.ts";
import { findConvWindow } from "./conv_info.ts";
import { convolveFused, findFusedConvolution } from "./fused_convolution.ts";
import { FUSED_CONVOLUTION } from "./fused_convolution_op.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";
import { isProduct, multiplyAndAdd } from "./pointwise.ts";
import type { Window } from "./window.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const NHWC = stringAttribute("data_format", "NHWC");

/** Registers `ConvBiasRelu`: x [B, H, W, I], filter [FH, FW, I, O], bias [O], maybe residual [B, H', W', O]; the last's shape. */
export function registerConvBiasRelu(): void {
  registerTensorflowKernel(CONV_BIAS_RELU, (call) => {
    const residual = call.maybeInput("residual");
    const hasRelu = call.attr<boolean>("hasRelu");
    const window = findConvWindow(call);
    const op = isProduct(call, window) ? null : findFusedConvolution(call);
    if (op) return convolveFused(call, op, window, hasRelu, residual);
    const convolved = convolveAndAdd(call, window, hasRelu && !residual);
    if (!residual) return convolved;
    const summed = call.runOne("AddV2", [T], call.ids(convolved, residual));
    convolved.dispose();
    if (!hasRelu) return summed;
    const clipped = call.runOne("Relu", [T], call.ids(summed));
    summed.dispose();
    return clipped;
  });
}

/** Registers tfjs's `FusedConv2D`: as `ConvBiasRelu`, with a bias that may be missing and other activations. */
export function registerFusedConv2D(): void {
  registerTensorflowKernel(tf.FusedConv2D, (call) => {
    const activation = call.attr<string | undefined>("activation") ?? "linear";
    const isFusable = call.maybeInput("bias")?.shape.length === 1 &&
      (activation === "linear" || activation === "relu");
    return isFusable
      ? convolveAndAdd(call, findConvWindow(call), activation === "relu")
      : convolveInSteps(call, activation);
  });
}

function convolveInSteps(call: KernelCall, activation: string): tf.Tensor {
  const bias = call.maybeInput("bias");
  const convolved = convolve(call, findConvWindow(call));
  const biased = bias ? call.runOne("AddV2", [T], call.ids(convolved, bias)) : convolved;
  const weights = call.maybeInput("preluActivationWeights");
  const alpha = call.attr<number | undefined>("leakyreluAlpha");
  const activated = call.backend.applyActivation(biased, activation, weights, alpha);
  for (const tensor of new Set([convolved, biased])) if (tensor !== activated) tensor.dispose();
  return activated;
}

function convolveAndAdd(call: KernelCall, window: Window, hasRelu: boolean): tf.Tensor {
  const { hasFusedConvolution, hasFusedProduct } = call.choices;
  if (!isProduct(call, window)) {
    return hasFusedConvolution
      ? convolveFused(call, FUSED_CONVOLUTION, window, hasRelu)
      : convolveInThree(call, window, hasRelu);
  }
  if (!hasFusedProduct || !call.backend.binding.isTracing()) {
    return convolveInThree(call, window, hasRelu);
  }
  const [x, filter, bias] = [call.input("x"), call.input("filter"), call.input("bias")];
  return multiplyAndAdd(call, window, x, filter, { bias, hasRelu });
}

function convolveInThree(call: KernelCall, window: Window, hasRelu: boolean): tf.Tensor {
  const convolved = convolve(call, window);
  const biased = call.runOne("BiasAdd", [T, NHWC], call.ids(convolved, call.input("bias")));
  convolved.dispose();
  if (!hasRelu) return biased;
  const clipped = call.runOne("Relu", [T], call.ids(biased));
  biased.dispose();
  return clipped;
}
