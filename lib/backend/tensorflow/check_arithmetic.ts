/** Whether the library computes right on this processor: small convolutions, products and their gradients, in whole numbers. */

import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../compile.ts";
import { inLowPrecision } from "../ops/low_precision.ts";
import {
  type ConvolutionShape,
  convolveExactly,
  drawConvolution,
  drawProduct,
  type Factors,
  multiplyExactly,
  outputSize,
  type ProductShape,
  type Sums,
} from "./exact_sums.ts";

/** What a network asks for: one computation, as a network makes it, and the same in plain loops. */
export interface ArithmeticCheck {
  /** Names of the result and of its gradients, for messages. */
  readonly names: readonly [result: string, first: string, second: string];
  readonly factors: Factors;
  /** Of `first`, `second` and `upstream`. */
  readonly shapes: readonly [readonly number[], readonly number[], readonly number[]];
  readonly compute: (first: tf.Tensor, second: tf.Tensor) => tf.Tensor;
  readonly exact: () => Sums;
}

/** What stands for all that networks compute. Drawn when asked for: programs that open another backend load this file too. */
export const listArithmeticChecks = (): ArithmeticCheck[] => [
  checkConvolution("a convolution", {
    size: 8,
    channels: 3, // as many as images have: oneDNN has ways of its own for few
    outputs: 16,
    filterSize: 3,
    stride: 1,
    pad: 1,
  }),
  checkConvolution("a convolution of patches", {
    size: 32,
    channels: 3,
    outputs: 32,
    filterSize: 16,
    stride: 16,
    pad: 0,
  }),
  checkConvolution("a convolution of 16 channels", {
    size: 7,
    channels: 16,
    outputs: 32,
    filterSize: 3,
    stride: 2,
    pad: 1,
  }),
  checkProduct("a product", { count: 1, rows: 34, inner: 48, columns: 40 }),
  checkProduct("a batch of products", { count: 3, rows: 17, inner: 16, columns: 17 }),
];

/** A convolution [1, H, W, I] to [1, H', W', O], and its gradients. */
export function checkConvolution(name: string, shape: ConvolutionShape): ArithmeticCheck {
  const { size, channels, outputs, filterSize, stride, pad } = shape;
  const width = outputSize(shape);
  const factors = drawConvolution(shape);
  return {
    names: [name, `${name}'s input gradient`, `${name}'s filter gradient`],
    factors,
    shapes: [
      [1, size, size, channels],
      [filterSize, filterSize, channels, outputs],
      [1, width, width, outputs],
    ],
    compute: (image, filter) =>
      tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, stride, pad === 0 ? "valid" : pad),
    exact: () => convolveExactly(shape, factors),
  };
}

function checkProduct(name: string, shape: ProductShape): ArithmeticCheck {
  const { count, rows, inner, columns } = shape;
  const factors = drawProduct(shape);
  const lead = count === 1 ? [] : [count];
  return {
    names: [name, `${name}: the first gradient`, `${name}: the second gradient`],
    factors,
    shapes: [[...lead, rows, inner], [...lead, inner, columns], [...lead, rows, columns]],
    compute: (first, second) => tf.matMul(first, second),
    exact: () => multiplyExactly(shape, factors),
  };
}

/**
 * Computes the checks on the current backend, at its precision, and compares them with plain loops.
 *
 * Processors that a library was never tried on can be given wrong sums without a word: see `graph/even_channels.ts` for one, which
 * is not found here as its way around is taken.
 *
 * @returns What is wrong, in a few words; `null` if nothing is.
 */
export async function findWrongArithmetic(): Promise<string | null> {
  const checks = listArithmeticChecks();
  const sums = await computeChecks(checks);
  for (const [i, check] of checks.entries()) {
    const wrong = describeWrong(check, sums[i]!);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** The numbers of each check, computed on the current backend at its precision, in one function. */
export async function computeChecks(checks: readonly ArithmeticCheck[]): Promise<Sums[]> {
  const compiled = compileFunction(
    (inputs) => checks.flatMap((check, i) => computeCheck(check, inputs.slice(3 * i))),
    { name: "check_arithmetic", variables: [] },
  );
  const inputs = checks.flatMap(({ factors: { first, second, upstream }, shapes }) =>
    [first, second, upstream].map((values, i) => tf.tensor(values, [...shapes[i]!]))
  );
  const outputs = compiled.run(inputs);
  try {
    const numbers = await Promise.all(outputs.map((one) => one.data<"float32">()));
    return checks.map((_, i) => {
      const [result, firstGradient, secondGradient] = numbers.slice(3 * i);
      return {
        result: result!,
        firstGradient: firstGradient!,
        secondGradient: secondGradient!,
      };
    });
  } finally {
    tf.dispose([...inputs, ...outputs]);
    compiled.dispose();
  }
}

/** Result and gradients, of the first three inputs. */
function computeCheck({ compute }: ArithmeticCheck, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const [first, second, upstream] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
  const within = (a: tf.Tensor, b: tf.Tensor) => inLowPrecision(a, (inside) => compute(inside, b));
  return [within(first, second), ...tf.grads(within)([first, second], upstream)];
}

/** The first number that is not what it must be; `null` if all are. */
export function describeWrong({ names, exact }: ArithmeticCheck, actual: Sums): string | null {
  const expected = exact();
  for (const [i, key] of (["result", "firstGradient", "secondGradient"] as const).entries()) {
    const [values, right] = [actual[key], expected[key]];
    for (let at = 0; at < right.length; at++) {
      if (values[at] !== right[at]) {
        return `${names[i]} of whole numbers gives ${values[at]} where ${right[at]} is right`;
      }
    }
  }
  return null;
}
