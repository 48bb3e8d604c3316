/** Whether the library has XLA, and computes right with it: asked when a trace first could use it. */

import type { TensorflowBinding } from "./eager/binding.ts";
import { typeAttribute } from "./library/attributes.ts";
import { DATA_TYPES } from "./library/codes.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const VALUES = [0, 1, -2, 8];
const SQUARES = [0, 1, 4, 64];
const FUNCTION = "check_xla";

const known = new WeakMap<TensorflowBinding, boolean>();

/** Runs a function that XLA compiles, the first time; false where TensorFlow refuses it or its numbers are wrong. */
export function computesByXla(binding: TensorflowBinding): boolean {
  const found = known.get(binding) ?? binding.outsideOfTrace(() => squares(binding));
  known.set(binding, found);
  return found;
}

function squares(binding: TensorflowBinding): boolean {
  const id = binding.createTensor([VALUES.length], DATA_TYPES.TF_FLOAT, Float32Array.from(VALUES));
  try {
    const record = ([x]: readonly { readonly id: number }[]) =>
      binding.executeOp("Square", [T], [x!.id], 1).map(({ id }) => id);
    binding.trace(
      [id],
      (standIns) =>
        binding.callFused({ name: "square", record }, standIns.map(({ id }) => id))
          .map(({ id }) => id),
      ({ graph, inputs, outputs }) => graph.toFunction(FUNCTION, inputs, outputs),
    );
    const [squared] = binding.executeOp(FUNCTION, [], [id], 1);
    const values = binding.tensorDataSync(squared!.id);
    binding.deleteTensor(squared!.id);
    binding.deleteFunction(FUNCTION);
    return SQUARES.every((square, i) => values[i] === square);
  } catch {
    return false;
  } finally {
    binding.deleteTensor(id);
  }
}
