import { assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { convBiasRelu } from "../../lib/backend/ops/conv2d_bias_relu.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { outputSize, referenceConv, type WindowCase } from "./convolution_reference.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

const CASES: readonly WindowCase[] = [
  {
    name: "3x3, 16 channels",
    input: [2, 6, 6, 16],
    filter: [3, 3, 16],
    stride: 1,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "3x3 of stride 2, odd sizes",
    input: [1, 7, 5, 3],
    filter: [3, 3, 10],
    stride: 2,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
];

/** y = end(x * filter + bias + residual), and the gradients of Σ dy · y: a ReLU passes dy where its result is positive. */
function reference(
  sizes: WindowCase,
  inputs: readonly Float32Array[],
  dy: Float32Array,
  hasRelu: boolean,
) {
  const [x, filter, bias, residual] = inputs;
  const { y } = referenceConv(sizes, x!, filter!, dy);
  const sums = y.map((value, i) => value + bias![i % bias!.length]! + (residual?.[i] ?? 0));
  const passed = dy.map((value, i) => hasRelu && sums[i]! <= 0 ? 0 : value);
  const { dx, dFilter } = referenceConv(sizes, x!, filter!, passed);
  const dBias = new Float64Array(bias!.length);
  passed.forEach((value, i) => dBias[i % dBias.length]! += value);
  const end = hasRelu ? sums.map((value) => Math.max(0, value)) : sums;
  return { y: end, gradients: [dx, dFilter, dBias, passed] };
}

for (const sizes of CASES) {
  for (const hasRelu of [true, false]) {
    for (const hasResidual of [true, false]) {
      const what = `${sizes.name}, ${hasRelu ? "" : "no "}ReLU, ${
        hasResidual ? "" : "no "
      }residual`;
      testOnEachOpenBackend(`convBiasRelu() and its gradients are right: ${what}`, async () => {
        const { input, filter: [fh, fw, O], stride, pad } = sizes;
        const outShape = [input[0], ...outputSize(sizes), O];
        const shapes = [[...input], [fh, fw, input[3], O], [O], ...(hasResidual ? [outShape] : [])];
        const values = shapes.map((shape, i) => goldenTensor(shape, 30 + i));
        const dy = goldenTensor(outShape, 40);
        const expected = reference(sizes, values, dy, hasRelu);
        const run = (...[x, filter, bias, residual]: tf.Tensor[]) =>
          convBiasRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, {
            stride,
            pad: pad as number,
            hasRelu,
            residual: residual as tf.Tensor4D | undefined,
          });
        const [y, ...gradients] = await readTensors(() => {
          const tensors = values.map((value, i) => tf.tensor(value, shapes[i]!));
          const upstream = tf.tensor(dy, outShape);
          return [run(...tensors), ...tf.grads((...all) => run(...all))(tensors, upstream)];
        });
        assertAllClose(y!, expected.y, 1e-5, "y");
        gradients.forEach((gradient, i) =>
          assertAllClose(gradient, expected.gradients[i]!, 1e-5, `gradient ${i}`)
        );
      });
    }
  }
}

Deno.test("convBiasRelu() refuses a bias and a residual of the wrong shape", () => {
  tf.tidy(() => {
    const x = tf.ones([1, 4, 4, 2]) as tf.Tensor4D;
    const filter = tf.ones([3, 3, 2, 5]) as tf.Tensor4D;
    const options = { stride: 1, pad: 1, hasRelu: true };
    assertThrows(
      () => convBiasRelu(x, filter, tf.ones([4]) as tf.Tensor1D, options),
      RangeError,
      "Cannot convolve as bias must be of shape [5]: it is [4]",
    );
    const residual = tf.ones([1, 4, 4, 1]) as tf.Tensor4D;
    assertThrows(
      () => convBiasRelu(x, filter, tf.ones([5]) as tf.Tensor1D, { ...options, residual }),
      RangeError,
      "Cannot convolve as residual must be of shape [1,4,4,5]: it is [1,4,4,1]",
    );
  });
});
