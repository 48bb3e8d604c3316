/** Kernels `ConvBiasRelu`, `ReluGrad` and `BiasGrad`. */

import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { BIAS_GRAD, CONV_BIAS_RELU } from "../../ops/conv2d_bias_relu.ts";
import { RELU_GRAD } from "../../ops/relu.ts";
import { type MapFormula, mapNumbers } from "../map_program.ts";
import { sumRows } from "../sum_rows.ts";

const ADD_RELU: MapFormula = {
  name: "add_relu",
  inputNames: ["x", "residual"],
  code: "result[index] = max(x[index] + residual[index], 0.0);",
};

const ADD: MapFormula = {
  name: "add",
  inputNames: ["x", "residual"],
  code: "result[index] = x[index] + residual[index];",
};

const RELU_GRADIENT: MapFormula = {
  name: "relu_gradient",
  inputNames: ["dy", "y"],
  code: "result[index] = select(0.0, dy[index], y[index] > 0.0);",
};

/** tfjs's fused convolution, and one program for the residual. */
export const CONV_BIAS_RELU_KERNEL: tf.KernelConfig = {
  kernelName: CONV_BIAS_RELU,
  backendName: "webgpu",
  kernelFunc({ inputs, attrs, backend }) {
    const gpu = backend as WebGPUBackend;
    const { x, filter, bias, residual } = inputs;
    const { strides, pad, hasRelu } = attrs!;
    const { kernelFunc } = tf.getKernel(tf.FusedConv2D, "webgpu");
    const convolved = kernelFunc({
      inputs: { x: x!, filter: filter!, bias: bias! },
      backend,
      attrs: {
        strides: strides!,
        pad: pad!,
        dataFormat: "NHWC",
        dilations: [1, 1],
        dimRoundingMode: "floor",
        activation: hasRelu && !residual ? "relu" : "linear",
      },
    }) as tf.TensorInfo;
    if (!residual) return convolved;
    const formula = hasRelu ? ADD_RELU : ADD;
    const y = mapNumbers(gpu, formula, { tensors: [convolved, residual] }, convolved.shape);
    gpu.disposeData(convolved.dataId);
    return y;
  },
};

/** dy where y is above 0. */
export const RELU_GRAD_KERNEL: tf.KernelConfig = {
  kernelName: RELU_GRAD,
  backendName: "webgpu",
  kernelFunc({ inputs: { dy, y }, backend }) {
    return mapNumbers(backend as WebGPUBackend, RELU_GRADIENT, { tensors: [dy!, y!] }, dy!.shape);
  },
};

/** dy summed over all axes but the last. */
export const BIAS_GRAD_KERNEL: tf.KernelConfig = {
  kernelName: BIAS_GRAD,
  backendName: "webgpu",
  kernelFunc({ inputs: { dy }, backend }) {
    const channelCount = dy!.shape.at(-1)!;
    const entryCount = dy!.shape.reduce((product, extent) => product * extent, 1);
    const formula = { name: "x", inputNames: ["x"], term: "x[i]" };
    const rowCount = entryCount / channelCount;
    return sumRows(backend as WebGPUBackend, formula, { tensors: [dy!], rowCount, channelCount });
  },
};
