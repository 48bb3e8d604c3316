/** Whether the library computes something right: asked once, within the trace that first would use it. */

import type { TensorflowBinding } from "./eager/binding.ts";
import type { TensorMetadata } from "./eager/tensor_metadata.ts";
import { DATA_TYPES } from "./library/codes.ts";

/** A function of one vector, and what it must give to the last bit. */
export interface ExactCheck {
  /** Name of the function; no other may have it. */
  readonly name: string;
  readonly input: Float32Array;
  readonly expected: Float32Array;
  /** Gets what stands for the input, and records ops on it. */
  readonly record: (
    binding: TensorflowBinding,
    standIn: TensorMetadata,
  ) => readonly TensorMetadata[];
}

/** Answers of each binding, by the name of the check. */
const known = new WeakMap<TensorflowBinding, Map<string, boolean>>();

/** Runs the function, the first time; false where TensorFlow refuses it or its numbers are wrong. */
export function computesRight(binding: TensorflowBinding, check: ExactCheck): boolean {
  const answers = known.get(binding) ?? new Map<string, boolean>();
  known.set(binding, answers);
  const isRight = answers.get(check.name) ?? binding.outsideOfTrace(() => runCheck(binding, check));
  answers.set(check.name, isRight);
  return isRight;
}

function runCheck(
  binding: TensorflowBinding,
  { name, input, expected, record }: ExactCheck,
): boolean {
  const id = binding.createTensor([input.length], DATA_TYPES.TF_FLOAT, input);
  try {
    binding.trace(
      [id],
      ([standIn]) => record(binding, standIn!).map(({ id }) => id),
      ({ graph, inputs, outputs }) => graph.toFunction(name, inputs, outputs),
    );
    const [output] = binding.executeOp(name, [], [id], 1);
    const values = binding.tensorDataSync(output!.id);
    binding.deleteTensor(output!.id);
    binding.deleteFunction(name);
    return expected.every((value, i) => values[i] === value);
  } catch {
    return false;
  } finally {
    binding.deleteTensor(id);
  }
}
