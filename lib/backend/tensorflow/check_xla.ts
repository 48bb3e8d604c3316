/** Whether the library has XLA, and computes right with it. */

import { computesRight, type ExactCheck } from "./computes_right.ts";
import type { TensorflowBinding } from "./eager/binding.ts";
import { typeAttribute } from "./library/attributes.ts";
import { DATA_TYPES } from "./library/codes.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);

const SQUARES: ExactCheck = {
  name: "check_xla",
  input: Float32Array.of(0, 1, -2, 8),
  expected: Float32Array.of(0, 1, 4, 64),
  record(binding, { id }) {
    const record = ([x]: readonly { readonly id: number }[]) =>
      binding.executeOp("Square", [T], [x!.id], 1).map(({ id }) => id);
    return binding.callFused({ name: "square", record, isMultiplied: false }, [id]);
  },
};

/** Runs a function that XLA compiles, the first time; false where TensorFlow refuses it or its numbers are wrong. */
export function computesByXla(binding: TensorflowBinding): boolean {
  return computesRight(binding, SQUARES);
}
