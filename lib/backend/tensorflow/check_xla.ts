/** Whether the library has XLA, and computes right with it: asked when a trace first could use it. */

import { computeOnce } from "./compute_once.ts";
import type { TensorflowBinding } from "./eager/binding.ts";
import { typeAttribute } from "./library/attributes.ts";
import { DATA_TYPES } from "./library/codes.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const VALUES = [0, 1, -2, 8];
const SQUARES = [0, 1, 4, 64];

const known = new WeakMap<TensorflowBinding, boolean>();

/** Runs a function that XLA compiles, the first time; false where TensorFlow refuses it or its numbers are wrong. */
export function computesByXla(binding: TensorflowBinding): boolean {
  const found = known.get(binding) ?? squares(binding);
  known.set(binding, found);
  return found;
}

function squares(binding: TensorflowBinding): boolean {
  const record = ([x]: readonly { readonly id: number }[]) =>
    binding.executeOp("Square", [T], [x!.id], 1).map(({ id }) => id);
  const values = computeOnce(
    binding,
    "check_xla",
    Float32Array.from(VALUES),
    ({ id }) => binding.callFused({ name: "square", record, isMultiplied: false }, [id]),
  );
  return SQUARES.every((square, i) => values?.[i] === square);
}
