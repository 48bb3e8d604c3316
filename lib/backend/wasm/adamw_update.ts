/** Kernel `AdamwUpdate`: one pass over memory. */

import type * as tf from "@tensorflow/tfjs";
import { ADAMW_UPDATE, type AdamwConstants } from "../ops/adamw_update.ts";
import type { Address } from "./kernel_functions.ts";
import type { WasmModule } from "./open_module.ts";

/** New parameter and moments, in new tensors. */
export function createAdamwUpdate(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: ADAMW_UPDATE,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { parameter, gradient, firstMoment, secondMoment, factors } = inputs;
      const { beta1, beta2, epsilon, clipValue } = attrs as unknown as AdamwConstants;
      const [keep, stepSize, rootScale] = module.read(factors!) as [number, number, number];
      const { shape } = parameter!;
      const outputs = [shape, shape, shape].map(module.createTensor);
      const [nextP, nextM, nextV] = outputs.map(module.addressOf) as [Address, Address, Address];
      const from = [parameter!, gradient!, firstMoment!, secondMoment!].map(module.addressOf);
      const count = shape.reduce((product, extent) => product * extent, 1);
      module.kernels.updateAdamw(
        ...from as [Address, Address, Address, Address],
        ...[count, beta1, 1 - beta1, beta2, 1 - beta2, epsilon] as const,
        ...[keep, stepSize, rootScale, clipValue, nextP, nextM, nextV] as const,
      );
      return outputs;
    },
  };
}
