/** Kernel `AdamwUpdate`: three programs for each parameter. */

import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { ADAMW_UPDATE, adamwFactors, type AdamwOptions } from "../../ops/adamw_update.ts";
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
  inputNames: ["parameter", "first", "second"],
  numberNames: ["keep", "stepSize", "rootScale", "epsilon"],
  code: `
    let divisor = sqrt(second[index]) * uniforms.rootScale + uniforms.epsilon;
    result[index] = parameter[index] * uniforms.keep - first[index] / divisor * uniforms.stepSize;`,
};

/** The largest float32, where values are not clipped: some drivers take no infinity. */
const MAX_FLOAT = 3.4028234663852886e38;

/** See `adamwUpdate` for the formula. */
export const ADAMW_UPDATE_KERNEL: tf.KernelConfig = {
  kernelName: ADAMW_UPDATE,
  backendName: "webgpu",
  kernelFunc({ inputs, attrs, backend }) {
    const gpu = backend as WebGPUBackend;
    const { parameter, gradient, firstMoment, secondMoment } = inputs as Record<
      "parameter" | "gradient" | "firstMoment" | "secondMoment",
      tf.TensorInfo
    >;
    const options = attrs as unknown as AdamwOptions;
    const { beta1, beta2, epsilon } = options;
    const clipValue = Math.min(options.clipValue, MAX_FLOAT);
    const { keep, stepSize, rootScale } = adamwFactors(options);
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
      tensors: [parameter, first, second],
      numbers: [keep, stepSize, rootScale, epsilon],
    }, shape);
    return [moved, first, second];
  },
};
