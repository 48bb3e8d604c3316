/** How TensorFlow computes where it has a choice: TF32, determinism, NaN in max pools. Its C API reaches none of them. */

import type { LibraryFiles } from "./library_files.ts";

/** The switches of one library, by their C++ names; `null` where the library exports no such function. */
export interface MathModes {
  /** Turns TF32 on or off; false where there is no switch. */
  setTensorFloat32(isOn: boolean): boolean;
  /** Whether TF32 is on, for GPUs that have it. */
  readTensorFloat32(): boolean | null;
  /** Whether only deterministic kernels run. */
  readDeterminism(): boolean | null;
}

/**
 * The functions, in the namespace that they are in since about 2.11, then in the one before.
 *
 * Source: `tensorflow/core/platform/tensor_float_32_utils.h` and `tensorflow/core/util/determinism.h`, later `tsl/platform` and
 * `tsl/util`; a bool in, or a bool out.
 */
const NAMES = {
  setTensorFloat32: [
    "_ZN3tsl32enable_tensor_float_32_executionEb",
    "_ZN10tensorflow32enable_tensor_float_32_executionEb",
  ],
  readTensorFloat32: [
    "_ZN3tsl33tensor_float_32_execution_enabledEv",
    "_ZN10tensorflow33tensor_float_32_execution_enabledEv",
  ],
  readDeterminism: [
    "_ZN3tsl21OpDeterminismRequiredEv",
    "_ZN10tensorflow21OpDeterminismRequiredEv",
  ],
} as const;

/**
 * Sets what TensorFlow reads from the environment, once, when its first op needs it: so before the library is opened.
 *
 * @param isDeterministic Whether only kernels run that give the same bits each time; where there is none, an op fails.
 */
export function setModeVariables(isDeterministic: boolean): void {
  Deno.env.set("TF_DETERMINISTIC_OPS", isDeterministic ? "1" : "0");
  Deno.env.set("TF_ENABLE_MAXPOOL_NANPROP", "1"); // cuDNN's max pools: the largest of NaN and 1 is NaN, not 1
}

/** Finds the switches of an open library. */
export function openMathModes({ libraryPath, frameworkPath }: LibraryFiles): MathModes {
  const path = frameworkPath ?? libraryPath;
  const find = (names: readonly string[], parameters: readonly "u8"[], result: "u8" | "void") => {
    for (const name of names) {
      try {
        const definition = { call: { name, parameters, result } } as const;
        return Deno.dlopen(path, definition).symbols.call as (value?: number) => number;
      } catch {
        // The library is open: it exports no such name.
      }
    }
    return null;
  };
  const set = find(NAMES.setTensorFloat32, ["u8"], "void");
  const readFormat = find(NAMES.readTensorFloat32, [], "u8");
  const readDeterminism = find(NAMES.readDeterminism, [], "u8");
  return {
    setTensorFloat32(isOn) {
      set?.(isOn ? 1 : 0);
      return set !== null;
    },
    readTensorFloat32: () => readFormat && readFormat() !== 0,
    readDeterminism: () => readDeterminism && readDeterminism() !== 0,
  };
}
