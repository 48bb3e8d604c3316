/** Whether softmax of bfloat16 sums in float32, as oneDNN's does: asked when a trace first has one. */

import { computeOnce } from "./compute_once.ts";
import type { TensorflowBinding } from "./eager/binding.ts";
import { typeAttribute } from "./library/attributes.ts";
import { DATA_TYPES } from "./library/codes.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
/** So many equal numbers; a sum in bfloat16 would stay at 256. */
const COUNT = 1024;

const known = new WeakMap<TensorflowBinding, boolean>();

/** Computes a softmax whose results bfloat16 has exactly, the first time. */
export function sumsSoftmaxInFloat32(binding: TensorflowBinding): boolean {
  const found = known.get(binding) ?? findsShares(binding);
  known.set(binding, found);
  return found;
}

function findsShares(binding: TensorflowBinding): boolean {
  const values = computeOnce(
    binding,
    "check_softmax",
    new Float32Array(COUNT),
    ({ id }) => binding.executeOp("Softmax", [T], [binding.enterLowPrecision(id).id], 1),
  );
  return values !== null && values.every((value) => value === 1 / COUNT);
}
