/** Runs a function once, to see whether the library computes right: within a trace, too, that is about to use it. */

import type { TensorflowBinding } from "./eager/binding.ts";
import type { TensorMetadata } from "./eager/tensor_metadata.ts";
import { DATA_TYPES } from "./library/codes.ts";

/** Gets what stands for the input, runs ops, and returns what they made of it, of the same shape. */
export type RecordOnce = (standIn: TensorMetadata) => readonly TensorMetadata[];

/**
 * Records a function of one vector, and runs it.
 *
 * @param name Of the function; no other may have it.
 * @returns Its values; `null` where TensorFlow refuses it.
 */
export function computeOnce(
  binding: TensorflowBinding,
  name: string,
  values: Float32Array,
  record: RecordOnce,
): Float32Array | null {
  return binding.outsideOfTrace(() => {
    const id = binding.createTensor([values.length], DATA_TYPES.TF_FLOAT, values);
    try {
      binding.trace(
        [id],
        ([standIn]) => record(standIn!).map(({ id }) => id),
        ({ graph, inputs, outputs }) => graph.toFunction(name, inputs, outputs),
      );
      const [output] = binding.executeOp(name, [], [id], 1);
      const computed = binding.tensorDataSync(output!.id) as Float32Array;
      binding.deleteTensor(output!.id);
      binding.deleteFunction(name);
      return computed;
    } catch {
      return null;
    } finally {
      binding.deleteTensor(id);
    }
  });
}
