/** Kernel `AdamwUpdate`: three programs for each parameter. */

import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { ADAMW_UPDATE, type AdamwConstants } from "../../ops/adamw_update.ts";
import { type MapFormula, mapNumbers } from "../map_program.ts";

/** A gradient that is no number stays so. */
const CLIPPED = `
  var g = gradient[index];
  if (!isnan(g)) { g = clamp(g, -uniforms.clipValue, uniforms.clipValue); }`;

const FIRST_MOMENT: MapFormula = {
  name: "adamw_first_moment",
  inputNames: ["moment", "gradient"],
  numberNames: ["keep", "share", "clipValue"],
  code: `${CLIPPED} result[index] = uniforms.keep * moment[index] + uniforms.share * g;`,
};

const SECOND_MOMENT: MapFormula = {
  name: "adamw_second_moment",
  inputNames: ["moment", "gradient"],
  numberNames: ["keep", "share", "clipValue"],
  code: `${CLIPPED} result[index] = uniforms.keep * moment[index] + uniforms.share * (g * g);`,
};

const PARAMETER: MapFormula = {
  name: "adamw_parameter",
  inputNames: ["parameter", "first", "second", "factors"], // factors: keep, stepSize, rootScale
  numberNames: ["epsilon"],
  code: `
    let divisor = sqrt(second[index]) * factors[2] + uniforms.epsilon;
    result[index] = parameter[index] * factors[0] - first[index] / divisor * factors[1];`,
};

/** The largest float32, where values are not clipped: some drivers take no infinity. */
const MAX_FLOAT = 3.4028234663852886e38;

/** See `adamwUpdate` for the formula. */
export const ADAMW_UPDATE_KERNEL: tf.KernelConfig = {
  kernelName: ADAMW_UPDATE,
  backendName: "webgpu",
  kernelFunc({ inputs, attrs, backend }) {
    const gpu = backend as WebGPUBackend;
    const { parameter, gradient, firstMoment, secondMoment, factors } = inputs as Record<
      "parameter" | "gradient" | "firstMoment" | "secondMoment" | "factors",
      tf.TensorInfo
    >;
    const constants = attrs as unknown as AdamwConstants;
    const { beta1, beta2, epsilon } = constants;
    const clipValue = Math.min(constants.clipValue, MAX_FLOAT);
    const { shape } = parameter;
    const first = mapNumbers(gpu, FIRST_MOMENT, {
      tensors: [firstMoment, gradient],
      numbers: [beta1, 1 - beta1, clipValue],
    }, shape);
    const second = mapNumbers(gpu, SECOND_MOMENT, {
      tensors: [secondMoment, gradient],
      numbers: [beta2, 1 - beta2, clipValue],
    }, shape);
    const moved = mapNumbers(gpu, PARAMETER, {
      tensors: [parameter, first, second, factors],
      numbers: [epsilon],
    }, shape);
    return [moved, first, second];
  },
};
