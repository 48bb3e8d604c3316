/** Padding and strides of convolutions and pools, in TensorFlow's words. */

import type * as tf from "@tensorflow/tfjs";
import { intAttribute, type OpAttribute, stringAttribute } from "../library/attributes.ts";

/** How a window moves over an input, as tfjs computes it for convolutions and pools. */
export type Window = ReturnType<typeof tf.backend_util.computePool2DInfo>;

interface AxisPadding {
  readonly before: number;
  readonly after: number;
  /** Whether TensorFlow's `SAME` is the same padding. */
  readonly isSame: boolean;
}

/** Padding of a window; the numbers are rows before, rows after, columns before, columns after. */
export interface WindowPadding {
  readonly name: "VALID" | "SAME" | "EXPLICIT";
  readonly pads: readonly [number, number, number, number];
}

/**
 * `VALID` and `SAME` where they are what is asked for, as TensorFlow has its fastest kernels there; else `EXPLICIT`, with as
 * little after the input as the last window needs.
 */
export function findPadding(window: Window): WindowPadding {
  const rows = padAxis({
    inputSize: window.inHeight,
    outputSize: window.outHeight,
    reach: window.effectiveFilterHeight,
    stride: window.strideHeight,
    before: window.padInfo.top,
  });
  const columns = padAxis({
    inputSize: window.inWidth,
    outputSize: window.outWidth,
    reach: window.effectiveFilterWidth,
    stride: window.strideWidth,
    before: window.padInfo.left,
  });
  const pads = [rows.before, rows.after, columns.before, columns.after] as const;
  if (pads.every((pad) => pad === 0)) return { name: "VALID", pads };
  return { name: rows.isSame && columns.isSame ? "SAME" : "EXPLICIT", pads };
}

/** Strides, padding and data format of an op over a window. */
export function windowAttributes(
  window: Window,
  { name, pads }: WindowPadding = findPadding(window),
): OpAttribute[] {
  if (window.dataFormat !== "channelsLast") {
    throw new RangeError(
      `Cannot run kernel as the data format must be NHWC: it is ${window.dataFormat}`,
    );
  }
  const attributes = [
    intAttribute("strides", [1, window.strideHeight, window.strideWidth, 1]),
    stringAttribute("data_format", "NHWC"),
    stringAttribute("padding", name),
  ];
  if (name === "EXPLICIT") {
    attributes.push(intAttribute("explicit_paddings", [0, 0, ...pads, 0, 0]));
  }
  return attributes;
}

interface Axis {
  readonly inputSize: number;
  readonly outputSize: number;
  /** Entries from the first to the last of a window. */
  readonly reach: number;
  readonly stride: number;
  /** Zeros before the input. */
  readonly before: number;
}

function padAxis({ inputSize, outputSize, reach, stride, before }: Axis): AxisPadding {
  const end = (outputSize - 1) * stride + reach; // of the last window, from the start of the padding
  const after = Math.max(0, end - inputSize - before);
  const total = Math.max(0, end - inputSize);
  const isSame = outputSize === Math.ceil(inputSize / stride) &&
    before === Math.floor(total / 2) && before + after === total;
  return { before, after, isSame };
}
