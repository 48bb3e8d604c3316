/** Convolutions in precision bfloat16. */

import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../../../lib/backend/compile.ts";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { convBiasRelu } from "../../../lib/backend/ops/conv2d_bias_relu.ts";
import { inLowPrecision } from "../../../lib/backend/ops/low_precision.ts";
import {
  checkConvolution,
  computeChecks,
  describeWrong,
} from "../../../lib/backend/tensorflow/check_arithmetic.ts";
import { addsInConvolution } from "../../../lib/backend/tensorflow/check_fused_convolution.ts";
import type { NodeBackend } from "../../../lib/backend/tensorflow/eager/node_package.ts";
import { LOW_CONVOLUTION } from "../../../lib/backend/tensorflow/kernels/fused_convolution_op.ts";
import { assertOneRounding, roundToBfloat16 } from "../../support/bfloat16.ts";
import { goldenTensor } from "../../support/generator.ts";
import { outputSize, referenceConv, type WindowCase } from "../convolution_reference.ts";
import { BFLOAT16, testWithBfloat16 } from "./with_bfloat16.ts";

testWithBfloat16(
  "a convolution, its bias, a residual and a ReLU in the region are rounded once, and taken for right",
  async () => {
    await openBackend("tensorflow", BFLOAT16);
    const { binding } = tf.backend() as NodeBackend;
    assert(addsInConvolution(binding, LOW_CONVOLUTION));
    for (const stride of [1, 2]) {
      for (
        const [hasResidual, hasRelu] of [[false, false], [false, true], [true, false], [true, true]]
      ) {
        const sizes: WindowCase = {
          name: "odd channels",
          input: [2, 7, 6, 3],
          filter: [3, 3, 4],
          stride,
          pad: 1,
          zeros: [1, 1, 1, 1],
        };
        const [height, width] = outputSize(sizes);
        const shape: [number, number, number, number] = [2, height, width, 4];
        const draw = (shape: readonly number[], seed: number) =>
          goldenTensor(shape, seed).map(roundToBfloat16);
        const [x, filter, bias, residual] = [
          draw(sizes.input, 11),
          draw([3, 3, 3, 4], 12),
          draw([4], 13),
          draw(shape, 14),
        ];
        const { y } = referenceConv(sizes, x!, filter!, new Float32Array(residual!.length));
        const expected = Array.from(y, (value, i) => {
          const sum = value + bias![i % 4]! + (hasResidual ? residual![i]! : 0);
          return hasRelu ? Math.max(0, sum) : sum;
        });
        const inputs = [
          tf.tensor4d(x!, [...sizes.input]),
          tf.tensor4d(residual!, shape),
          tf.tensor4d(filter!, [3, 3, 3, 4]),
          tf.tensor1d(bias!),
        ];
        const compiled = compileFunction(([x, residual, filter, bias]) => {
          const convolve = (x: tf.Tensor) =>
            inLowPrecision(
              residual!,
              (residual) =>
                convBiasRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, {
                  stride,
                  pad: 1,
                  hasRelu: hasRelu!,
                  ...(hasResidual ? { residual: residual as tf.Tensor4D } : {}),
                }),
            );
          return [inLowPrecision(x!, convolve)];
        }, { name: "convolution", variables: [] });
        const [output] = compiled.run(inputs);
        assertOneRounding([...output!.dataSync()], expected);
        tf.dispose([...inputs, output!]);
        compiled.dispose();
      }
    }
  },
);

testWithBfloat16(
  "convolutions of any number of channels, and their gradients, are right in bfloat16",
  async () => {
    await openBackend("tensorflow", BFLOAT16);
    const checks = [1, 2, 3, 5, 15, 17].flatMap((channels) =>
      [
        { size: 8, outputs: 16, filterSize: 3, stride: 1, pad: 1 },
        { size: 7, outputs: 1, filterSize: 3, stride: 2, pad: 1 },
        { size: 16, outputs: 3, filterSize: 7, stride: 2, pad: 3 },
        { size: 9, outputs: 5, filterSize: 4, stride: 4, pad: 0 },
        { size: 5, outputs: 1, filterSize: 1, stride: 1, pad: 0 },
      ].map((shape) => checkConvolution(JSON.stringify(shape), { channels, ...shape }))
    );
    const sums = await computeChecks(checks);
    assertEquals(sums.map((sum, i) => describeWrong(checks[i]!, sum)), checks.map(() => null));
  },
);
