/** Kernel `AdamwUpdate`: TensorFlow's Adam in place of a dozen ops. */

import { ADAMW_UPDATE, type AdamwOptions } from "../../ops/adamw_update.ts";
import { boolAttribute, shapeAttribute, stringAttribute, typeAttribute } from "../attributes.ts";
import type { TensorflowBinding } from "../binding.ts";
import { DATA_TYPES } from "../codes.ts";
import type { NodeBackend } from "../node_package.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const DTYPE = typeAttribute("dtype", DATA_TYPES.TF_FLOAT);

/** TensorFlow's Adam works on variables: these three hold parameter and moments of one call after the other. */
const variables = new WeakMap<NodeBackend, readonly number[]>();

/**
 * Registers the kernel: parameter, gradient, firstMoment, secondMoment of one shape; the new parameter and moments.
 *
 * `ResourceApplyAdam` computes, with rate a, constant e, and b = 1 - float32(1 - c) as float32 arithmetic leaves it,
 *
 *     m += b₁ (g - m),  v += b₂ (g² - v),  p -= a m / (sqrt(v) + e)
 *
 * This is AdamW on a decayed parameter, but for b₂: 1 - 0.999 is wrong in its fifth digit there. So the op is given v in
 * other units, u = k v with k = b₂ / (1 - β₂), decayed so that u comes out as k (β₂ v + (1 - β₂) g²); and then
 *
 *     a = λ sqrt(k (1 - β₂ᵗ)) / (1 - β₁ᵗ),  e = ε sqrt(k (1 - β₂ᵗ)).
 */
export function registerAdamwUpdate(): void {
  registerTensorflowKernel(ADAMW_UPDATE, (call) => {
    const held = variables.get(call.backend) ?? createVariables(call.backend.binding);
    variables.set(call.backend, held);
    const options = call.attrs as unknown as AdamwOptions;
    const { learningRate, weightDecay, beta2 } = options;
    const rounded = 1 - Math.fround(beta2);
    const unit = rounded / (1 - beta2);
    load(call, held[0]!, scale(call, "parameter", 1 - learningRate * weightDecay));
    load(call, held[1]!, { id: call.ids(call.input("firstMoment"))[0]!, free: () => {} });
    load(call, held[2]!, scale(call, "secondMoment", unit * beta2 / (1 - rounded)));
    const gradient = clip(call, options);
    applyAdam(call, held, gradient.id, options, unit);
    gradient.free();
    const [parameter, firstMoment, scaled] = held
      .map((variable) => call.runOne("ReadVariableOp", [DTYPE], [variable]));
    const secondMoment = call.runOne("Mul", [T], [...call.ids(scaled!), call.scalar(1 / unit)]);
    scaled!.dispose();
    return [parameter!, firstMoment!, secondMoment];
  });
}

function createVariables(binding: TensorflowBinding): number[] {
  return ["parameter", "first_moment", "second_moment"].map((name) => {
    const attributes = [
      DTYPE,
      shapeAttribute("shape", null),
      stringAttribute("container", ""),
      stringAttribute("shared_name", `adamw_${name}`),
    ];
    return binding.executeOp("VarHandleOp", attributes, [], 1)[0]!.id;
  });
}

interface Intermediate {
  readonly id: number;
  readonly free: () => void;
}

function scale(call: KernelCall, name: string, factor: number): Intermediate {
  return intermediate(call, "Mul", [...call.ids(call.input(name)), call.scalar(factor)]);
}

/** Makes a variable keep a tensor. The op then works in its memory if nobody else has it, and in a copy otherwise. */
function load(call: KernelCall, variable: number, tensor: Intermediate): void {
  call.run("AssignVariableOp", [DTYPE], [variable, tensor.id], 0);
  tensor.free();
}

function clip(call: KernelCall, { clipValue }: AdamwOptions): Intermediate {
  const [id] = call.ids(call.input("gradient"));
  if (clipValue === Infinity) return { id: id!, free: () => {} };
  const ids = [id!, call.scalar(-clipValue), call.scalar(clipValue)];
  return intermediate(call, "ClipByValue", ids);
}

function intermediate(call: KernelCall, op: string, ids: readonly number[]): Intermediate {
  const { binding } = call.backend;
  const { id } = binding.executeOp(op, [T], ids, 1)[0]!;
  return { id, free: () => binding.deleteTensor(id) };
}

const NO_LOCK = [T, boolAttribute("use_locking", false), boolAttribute("use_nesterov", false)];

function applyAdam(
  call: KernelCall,
  held: readonly number[],
  gradientId: number,
  { learningRate, beta1, beta2, epsilon, step }: AdamwOptions,
  unit: number,
): void {
  const spread = Math.sqrt(unit * (1 - beta2 ** step));
  const rate = learningRate * spread / (1 - beta1 ** step);
  // With powers of the betas of 0 the op leaves the rate as it is.
  const scalars = [0, 0, rate, beta1, beta2, epsilon * spread].map((value) => call.scalar(value));
  call.run("ResourceApplyAdam", NO_LOCK, [...held, ...scalars, gradientId], 0);
}
