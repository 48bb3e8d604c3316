/** Whether softmax of bfloat16 sums in float32, as oneDNN's does. */

import { computesRight, type ExactCheck } from "./computes_right.ts";
import type { TensorflowBinding } from "./eager/binding.ts";
import { typeAttribute } from "./library/attributes.ts";
import { DATA_TYPES } from "./library/codes.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
/** So many equal numbers; a sum in bfloat16 would stay at 256. */
const COUNT = 1024;

const EQUAL_SHARES: ExactCheck = {
  name: "check_softmax",
  input: new Float32Array(COUNT),
  expected: new Float32Array(COUNT).fill(1 / COUNT),
  record: (binding, { id }) =>
    binding.executeOp("Softmax", [T], [binding.enterLowPrecision(id).id], 1),
};

/** Computes a softmax whose results bfloat16 has exactly, the first time. */
export function sumsSoftmaxInFloat32(binding: TensorflowBinding): boolean {
  return computesRight(binding, EQUAL_SHARES);
}
