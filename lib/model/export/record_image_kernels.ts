/** Kernels of images for the recording backend: convolution, pools, padding; ONNX has channels first. */

import * as tf from "@tensorflow/tfjs";
import type { Layout, RecordingBackend } from "./recording_backend.ts";
import type { Attributes, Inputs } from "./recorded_kernel.ts";

/** A convolution; its filter is turned from [H, W, I, O] to [O, I, H, W]. */
export function recordConvolution(
  backend: RecordingBackend,
  { x, filter }: Inputs,
  attributes: Attributes,
): tf.TensorInfo {
  const { strides, pad, dilations, dimRoundingMode } = attributes as {
    strides: number | [number, number];
    pad: "valid" | "same" | number;
    dilations: number | [number, number];
    dimRoundingMode?: "floor" | "round" | "ceil";
  };
  const info = tf.backend_util.computeConv2DInfo(
    x!.shape as [number, number, number, number],
    filter!.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const weights = backend.add("Transpose", [backend.nameOf(filter!)], { perm: [3, 2, 0, 1] });
  const name = backend.add("Conv", [backend.nameOf(x!, "nchw"), weights], {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: padsOf(info.padInfo),
  });
  return backend.create(info.outShape, name, "nchw");
}

/** A pool of largest or mean values, of windows that lie within the padded images. */
export function recordPool(
  backend: RecordingBackend,
  type: "MaxPool" | "AveragePool",
  x: tf.TensorInfo,
  attributes: Attributes,
): tf.TensorInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as {
    filterSize: number | [number, number];
    strides: number | [number, number];
    pad: "valid" | "same" | number;
    dimRoundingMode?: "floor" | "round" | "ceil";
  };
  const info = tf.backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const name = backend.add(type, [backend.nameOf(x, "nchw")], {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: padsOf(info.padInfo),
  });
  return backend.create(info.outShape, name, "nchw");
}

/** Entries to add before each axis, then after each. */
function padsOf({ top, left, bottom, right }: tf.backend_util.PadInfo): number[] {
  return [top, left, bottom, right];
}

/** Padding with one value. */
export function recordPad(
  backend: RecordingBackend,
  { x }: Inputs,
  { paddings, constantValue }: Attributes,
): tf.TensorInfo {
  const pads = paddings as [number, number][];
  const layout: Layout = x!.shape.length === 4 ? "nchw" : "nhwc";
  const ordered = layout === "nchw" ? [0, 3, 1, 2].map((axis) => pads[axis]!) : pads;
  const name = backend.add("Pad", [
    backend.nameOf(x!, layout),
    backend.addInts([...ordered.map(([before]) => before), ...ordered.map(([, after]) => after)]),
    backend.addFloats(Float32Array.of(constantValue as number), []),
  ]);
  const shape = x!.shape.map((extent, axis) => extent + pads[axis]![0] + pads[axis]![1]);
  return backend.create(shape, name, layout);
}
