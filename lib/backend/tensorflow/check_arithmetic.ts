/** Whether the library computes right on this processor: a small convolution and its gradients, in whole numbers. */

import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../compile.ts";
import { inLowPrecision } from "../ops/low_precision.ts";

const SIZE = 8;
const CHANNELS = 3; // as many as images have: oneDNN has a way of its own for them
const OUTPUTS = 16;
const REACH = 1; // pixels to each side: the filter is 3 x 3

const IMAGE_SHAPE = [1, SIZE, SIZE, CHANNELS] as [number, number, number, number];
const FILTER_SHAPE = [3, 3, CHANNELS, OUTPUTS] as [number, number, number, number];
const OUTPUT_SHAPE = [1, SIZE, SIZE, OUTPUTS] as [number, number, number, number];

/** The numbers of a convolution and its gradients. */
export interface ConvolutionNumbers {
  readonly output: ArrayLike<number>;
  readonly imageGradient: ArrayLike<number>;
  readonly filterGradient: ArrayLike<number>;
}

/** Whole numbers so small that every sum below is exact in bfloat16, which has them up to 256. */
const IMAGE = Array.from({ length: SIZE * SIZE * CHANNELS }, (_, i) => (i * i + 3 * i) % 5 - 2);
const FILTER = Array.from(
  { length: 9 * CHANNELS * OUTPUTS },
  (_, i) => (i * i * 5 + i % 7) % 3 - 1,
);
const UPSTREAM = Array.from({ length: SIZE * SIZE * OUTPUTS }, (_, i) => (i * i + i % 11) % 3 - 1);

/**
 * Computes the convolution on the current backend, at its precision, and compares it with plain loops.
 *
 * Processors that a library was never tried on can be given wrong sums without a word: in bfloat16, oneDNN of TensorFlow 2.21 has
 * been seen 40% off in convolutions of three channels, on a virtual AMD EPYC that tells no cache sizes.
 *
 * @returns What is wrong, in a few words; `null` if nothing is.
 */
export async function findWrongArithmetic(): Promise<string | null> {
  const inputs = [
    tf.tensor4d(IMAGE, IMAGE_SHAPE),
    tf.tensor4d(FILTER, FILTER_SHAPE),
    tf.tensor4d(UPSTREAM, OUTPUT_SHAPE),
  ];
  const compiled = compileFunction(([image, filter, upstream]) => {
    const convolve = (x: tf.Tensor, f: tf.Tensor) =>
      inLowPrecision(
        x,
        (inside) => tf.conv2d(inside as tf.Tensor4D, f as tf.Tensor4D, 1, "same"),
      );
    const gradients = tf.grads(convolve)([image!, filter!], upstream!);
    return [convolve(image!, filter!), ...gradients];
  }, { name: "check_arithmetic", variables: [] });
  const outputs = compiled.run(inputs);
  try {
    const [output, imageGradient, filterGradient] = await Promise.all(
      outputs.map((one) => one.data<"float32">()),
    ) as [Float32Array, Float32Array, Float32Array];
    return describeWrong({ output, imageGradient, filterGradient });
  } finally {
    tf.dispose([...inputs, ...outputs]);
    compiled.dispose();
  }
}

/** The first number that is not what it must be; `null` if all are. */
export function describeWrong(numbers: ConvolutionNumbers): string | null {
  const expected = convolveExactly();
  const parts = [
    ["a convolution", numbers.output, expected.output],
    ["a convolution's input gradient", numbers.imageGradient, expected.imageGradient],
    ["a convolution's filter gradient", numbers.filterGradient, expected.filterGradient],
  ] as const;
  for (const [name, values, right] of parts) {
    for (let i = 0; i < right.length; i++) {
      if (values[i] !== right[i]) {
        return `${name} of whole numbers gives ${values[i]} where ${right[i]} is right`;
      }
    }
  }
  return null;
}

/** The same in plain loops. */
export function convolveExactly(): ConvolutionNumbers {
  const output = new Float64Array(UPSTREAM.length);
  const imageGradient = new Float64Array(IMAGE.length);
  const filterGradient = new Float64Array(FILTER.length);
  for (let place = 0; place < SIZE * SIZE * 9; place++) {
    const [pixel, tap] = [Math.floor(place / 9), place % 9];
    const row = Math.floor(pixel / SIZE) + Math.floor(tap / 3) - REACH;
    const column = pixel % SIZE + tap % 3 - REACH;
    if (row < 0 || row >= SIZE || column < 0 || column >= SIZE) continue;
    for (let c = 0; c < CHANNELS; c++) {
      const from = (row * SIZE + column) * CHANNELS + c;
      for (let o = 0; o < OUTPUTS; o++) {
        const [at, to] = [(tap * CHANNELS + c) * OUTPUTS + o, pixel * OUTPUTS + o];
        output[to]! += IMAGE[from]! * FILTER[at]!;
        imageGradient[from]! += UPSTREAM[to]! * FILTER[at]!;
        filterGradient[at]! += UPSTREAM[to]! * IMAGE[from]!;
      }
    }
  }
  return { output, imageGradient, filterGradient };
}
