/** Kernel `AdamwUpdate`: TensorFlow's Adam in place of a dozen ops. */

import * as tf from "@tensorflow/tfjs";
import { ADAMW_UPDATE, type AdamwConstants, composeAdamw } from "../../ops/adamw_update.ts";
import {
  boolAttribute,
  intAttribute,
  shapeAttribute,
  stringAttribute,
  typeAttribute,
} from "../library/attributes.ts";
import type { FusedBody } from "../../ops/fuse.ts";
import type { TensorflowBinding } from "../eager/binding.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { NodeBackend } from "../eager/node_package.ts";
import { callFused, goesToXla } from "./fused.ts";
import { type KernelCall, registerTensorflowKernel } from "./kernel_call.ts";

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
const DTYPE = typeAttribute("dtype", DATA_TYPES.TF_FLOAT);

/** Inputs of one shape. */
const TENSORS = ["parameter", "gradient", "firstMoment", "secondMoment"] as const;

/** TensorFlow's Adam works on variables: these three hold parameter and moments of one call after the other. */
const sharedVariables = new WeakMap<NodeBackend, readonly number[]>();
/** Calls in traces, each of which has variables of its own, so that their updates need not wait for one another. */
let tracedCount = 0;

/**
 * Registers the kernel: parameter, gradient, firstMoment, secondMoment of one shape, factors [3] (keep, stepSize, rootScale);
 * the new parameter and moments.
 *
 * `ResourceApplyAdam` computes, with rate a, constant e, and b = 1 - float32(1 - c) as float32 arithmetic leaves it,
 *
 *     m += b₁ (g - m),  v += b₂ (g² - v),  p -= a m / (sqrt(v) + e)
 *
 * This is AdamW on a decayed parameter, but for b₂: 1 - 0.999 is wrong in its fifth digit there. So the op is given v in
 * other units, u = k v with k = b₂ / (1 - β₂), decayed so that u comes out as k (β₂ v + (1 - β₂) g²); and then
 *
 *     a = stepSize sqrt(k) / rootScale,  e = ε sqrt(k) / rootScale.
 */
export function registerAdamwUpdate(): void {
  registerTensorflowKernel(ADAMW_UPDATE, (call) => {
    if (goesToXla(call, call.allInputs())) return updateAtOnce(call);
    const held = variablesOf(call);
    const { beta1, beta2, epsilon } = call.attrs as unknown as AdamwConstants;
    const rounded = 1 - Math.fround(beta2);
    const unit = rounded / (1 - beta2);
    const [keep, stepSize, rootScale] = unstack(call);
    const spread = intermediate(call, "RealDiv", [call.scalar(Math.sqrt(unit)), rootScale!.id]);
    const rate = intermediate(call, "Mul", [stepSize!.id, spread.id]);
    const floor = intermediate(call, "Mul", [call.scalar(epsilon), spread.id]);
    const [parameter, firstMoment, secondMoment] = ["parameter", "firstMoment", "secondMoment"]
      .map((name) => call.ids(call.input(name))[0]!) as [number, number, number];
    const decayed = intermediate(call, "Mul", [parameter, keep!.id]);
    const factor = call.scalar(unit * beta2 / (1 - rounded));
    const scaled = intermediate(call, "Mul", [secondMoment, factor]);
    const gradient = clip(call);
    load(call, held, [decayed.id, firstMoment, scaled.id]);
    // With powers of the betas of 0 the op leaves the rate as it is.
    const zero = call.scalar(0);
    const scalars = [zero, zero, rate.id, call.scalar(beta1), call.scalar(beta2), floor.id];
    call.run("ResourceApplyAdam", NO_LOCK, [...held, ...scalars, gradient.id], 0);
    const [moved, first, u] = held
      .map((variable) => call.runOne("ReadVariableOp", [DTYPE], [variable]));
    if (call.backend.binding.isTracing()) destroy(call, held);
    const second = call.runOne("Mul", [T], [...call.ids(u!), call.scalar(1 / unit)]);
    u!.dispose();
    const all = [keep, stepSize, rootScale, spread, rate, floor, decayed, scaled, gradient];
    for (const { free } of all as Intermediate[]) free();
    return [moved!, first!, second];
  });
}

/** The same as a loop of XLA's over all values. */
function updateAtOnce(call: KernelCall): tf.Tensor[] {
  const { shape } = call.input("parameter");
  const rows = TENSORS.map((name) => call.reshape(call.input(name), [-1]));
  const { beta1, beta2, epsilon, clipValue } = call.attrs as unknown as AdamwConstants;
  const name = `adamw_${[beta1, beta2, epsilon, clipValue].join("_")}`;
  const body: FusedBody = (inputs) => {
    const named = [...TENSORS, "factors"].map((name, i) => [name, inputs[i]!] as const);
    return composeAdamw(Object.fromEntries(named), call.attrs);
  };
  const updated = callFused(call, { name, body }, [...rows, call.input("factors")]);
  const results = updated.map((values) => call.reshape(values, shape));
  tf.dispose([...rows, ...updated]);
  return results;
}

function variablesOf(call: KernelCall): readonly number[] {
  const { binding } = call.backend;
  if (binding.isTracing()) {
    return createVariables(binding, `traced_adamw_${tracedCount++}`, call.input("parameter").shape);
  }
  const known = sharedVariables.get(call.backend) ?? createVariables(binding, "adamw", null);
  sharedVariables.set(call.backend, known);
  return known;
}

function createVariables(
  binding: TensorflowBinding,
  label: string,
  shape: readonly number[] | null,
): number[] {
  return ["parameter", "first_moment", "second_moment"].map((name) => {
    const attributes = [
      DTYPE,
      shapeAttribute("shape", shape),
      stringAttribute("container", ""),
      stringAttribute("shared_name", `${label}_${name}`),
    ];
    return binding.executeOp("VarHandleOp", attributes, [], 1)[0]!.id;
  });
}

/** Variables of a trace end with each run of its function: nothing else would free them, not even the function's own end. */
function destroy(call: KernelCall, held: readonly number[]): void {
  const attributes = [boolAttribute("ignore_lookup_error", false)];
  for (const variable of held) call.run("DestroyResourceOp", attributes, [variable], 0);
}

/** A tensor that is freed before the kernel ends. */
interface Intermediate {
  readonly id: number;
  readonly free: () => void;
}

function intermediate(call: KernelCall, op: string, ids: readonly number[]): Intermediate {
  return temporary(call, call.backend.binding.executeOp(op, [T], ids, 1)[0]!.id);
}

function temporary(call: KernelCall, id: number): Intermediate {
  return { id, free: () => call.backend.binding.deleteTensor(id) };
}

function borrowed(id: number): Intermediate {
  return { id, free: () => {} };
}

const UNSTACK = [T, intAttribute("num", 3), intAttribute("axis", 0)];

function unstack(call: KernelCall): Intermediate[] {
  const ids = call.ids(call.input("factors"));
  return call.backend.binding.executeOp("Unpack", UNSTACK, ids, 3)
    .map(({ id }) => temporary(call, id));
}

/** Makes variables keep tensors. Adam works in a tensor's memory if nobody else has it, and in a copy otherwise. */
function load(call: KernelCall, held: readonly number[], ids: readonly number[]): void {
  held.forEach((variable, i) => call.run("AssignVariableOp", [DTYPE], [variable, ids[i]!], 0));
}

function clip(call: KernelCall): Intermediate {
  const [id] = call.ids(call.input("gradient")) as [number];
  const { clipValue } = call.attrs as unknown as AdamwConstants;
  if (clipValue === Infinity) return borrowed(id);
  return intermediate(call, "ClipByValue", [id, call.scalar(-clipValue), call.scalar(clipValue)]);
}

const NO_LOCK = [T, boolAttribute("use_locking", false), boolAttribute("use_nesterov", false)];
