/** How far one step's numbers are from another's. */

import type { StepValues } from "./step_values.ts";

/** Differences, relative to what is expected: 0 for the same numbers. */
export interface StepDifference {
  readonly loss: number;
  /** Length of the difference of all gradients over the length of all expected ones. */
  readonly gradients: number;
  /** Whether every number is the same, to the last bit. */
  readonly isSame: boolean;
}

/**
 * Compares a step with the same one computed elsewhere.
 *
 * @throws {RangeError} If they are not of the same parameters.
 */
export function compareSteps(actual: StepValues, expected: StepValues): StepDifference {
  let [distance, length] = [0, 0];
  for (const [name, values] of expected.gradients) {
    const others = actual.gradients.get(name);
    if (others?.length !== values.length) {
      throw new RangeError(
        `Cannot compare steps as both must have ${values.length} gradients of ${name}: the other has ${
          others?.length ?? 0
        }`,
      );
    }
    distance += values.reduce((sum, value, i) => sum + (value - others[i]!) ** 2, 0);
    length += values.reduce((sum, value) => sum + value ** 2, 0);
  }
  return {
    loss: Math.abs(actual.loss - expected.loss) / Math.abs(expected.loss),
    gradients: Math.sqrt(distance / length),
    isSame: actual.loss === expected.loss && distance === 0,
  };
}
