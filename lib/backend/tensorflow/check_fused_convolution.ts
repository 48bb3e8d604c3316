/** Whether oneDNN's convolutions add a bias and a tensor and clip in the same op, and right. */

import { computesRight, type ExactCheck } from "./computes_right.ts";
import type { TensorflowBinding } from "./eager/binding.ts";
import { intAttribute, stringAttribute, typeAttribute } from "./library/attributes.ts";
import { DATA_TYPES } from "./library/codes.ts";
import {
  type FusedConvolution,
  fusedConvolutionAttributes,
  LOW_CONVOLUTION,
} from "./kernels/fused_convolution_op.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const RESHAPE = [T, typeAttribute("Tshape", DATA_TYPES.TF_INT32)];
/** 1 to 18 as 3 x 3 pixels of 2 channels, whose sum is 171; the filter adds all of them, or subtracts. */
const [PIXELS, FILTER] = [[1, 3, 3, 2], [3, 3, 2, 2]];
const SIGNS = Float32Array.from({ length: 36 }, (_, i) => i % 2 === 0 ? 1 : -1);

const checkOf = (op: FusedConvolution): ExactCheck => ({
  name: `check${op}`,
  input: Float32Array.from({ length: 18 }, (_, i) => i + 1),
  expected: Float32Array.of(171 + 3 + 2, 0), // -171 + 5 + 100 is clipped
  record(binding, { id }) {
    const made: number[] = [];
    const constant = (shape: readonly number[], values: Float32Array | Int32Array) => {
      const type = values instanceof Float32Array ? DATA_TYPES.TF_FLOAT : DATA_TYPES.TF_INT32;
      made.push(binding.createTensor(shape, type, values));
      return made.at(-1)!;
    };
    const x = op === LOW_CONVOLUTION ? binding.enterLowPrecision(id).id : id;
    const image = binding.executeOp(
      "Reshape",
      RESHAPE,
      [x, constant([4], Int32Array.from(PIXELS))],
      1,
    );
    const inputs = [
      image[0]!.id,
      constant(FILTER, SIGNS),
      constant([2], Float32Array.of(3, 5)),
      constant([1, 1, 1, 2], Float32Array.of(2, 100)),
    ];
    const attributes = [
      T,
      ...["strides", "dilations"].map((name) => intAttribute(name, [1, 1, 1, 1])),
      stringAttribute("padding", "VALID"),
      ...fusedConvolutionAttributes(binding, op, { hasAddend: true, hasRelu: true }),
    ];
    const sums = binding.executeOp(op, attributes, inputs, 1);
    for (const id of made) binding.deleteTensor(id);
    return sums;
  },
});

/** Computes a convolution whose results bfloat16 has exactly, the first time; false where TensorFlow has no such op. */
export function addsInConvolution(binding: TensorflowBinding, op: FusedConvolution): boolean {
  return computesRight(binding, checkOf(op));
}
