/** Which ops compute in bfloat16 within a region of low precision, and the casts between. */

import type { OpAttribute } from "../library/attributes.ts";
import { typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import { evenChannels } from "./even_channels.ts";
import type { Graph } from "./graph.ts";
import type { GraphOutput } from "./graph_output.ts";
import type { XlaFunction } from "./xla_function.ts";

const { TF_FLOAT, TF_BFLOAT16 } = DATA_TYPES;

/** Always in bfloat16: what they multiply is rounded to it, what they sum up is float32. */
const PRODUCTS: ReadonlySet<string> = new Set([
  "BatchMatMul",
  "BatchMatMulV2",
  "BatchMatMulV3",
  "Conv2D",
  "Conv2DBackpropFilter",
  "Conv2DBackpropInput",
  "MatMul",
  "_FusedMatMul",
  "_MklNativeFusedConv2D",
]);

/**
 * In bfloat16 if their largest inputs are: they copy values, choose among them, or round one result each, as softmax does where it
 * sums in float32 (see check_softmax.ts). What else sums many values up or is steep (means, exponentials, roots) is in none of these
 * lists, and so float32.
 */
const FOLLOWERS: ReadonlySet<string> = new Set([
  "AddV2",
  "BiasAdd",
  "BroadcastTo",
  "ConcatV2",
  "FusedBatchNormGradV3",
  "FusedBatchNormV3",
  "Identity",
  "MaxPool",
  "MaxPoolGrad",
  "Mul",
  "Pack",
  "PadV2",
  "Relu",
  "ReluGrad",
  "Reshape",
  "Slice",
  "Softmax",
  "Split",
  "StridedSlice",
  "Transpose",
  "Unpack",
]);

/** How many inputs are of the type of the result, where the others (statistics, scale and shift) stay float32. */
const TYPED_INPUT_COUNTS: ReadonlyMap<string, number> = new Map([
  ["FusedBatchNormGradV3", 2],
  ["FusedBatchNormV3", 1],
]);

/**
 * Adds ops to a graph so that a region of it computes in bfloat16. What follows from a tensor of the region is in the region, until
 * it leaves; types are chosen op by op, and tensors keep theirs from one to the next.
 */
export class Bfloat16Ops {
  private readonly members = new WeakSet<GraphOutput>();
  private readonly casts = new WeakMap<GraphOutput, GraphOutput>();

  constructor(private readonly graph: Graph) {}

  /** A tensor as bfloat16, in the region. */
  enter(input: GraphOutput): GraphOutput {
    const entered = { ...this.cast(input, TF_BFLOAT16) };
    this.members.add(entered);
    return entered;
  }

  /** A tensor as float32, outside of the region. */
  leave(input: GraphOutput): GraphOutput {
    return { ...this.cast(input, TF_FLOAT) };
  }

  /** Whether a tensor is in the region. */
  has(output: GraphOutput): boolean {
    return this.members.has(output);
  }

  /** As `Graph.add`, with the casts that the op needs. */
  add(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[],
    earlier: readonly Deno.PointerValue[],
  ): ReturnType<Graph["add"]> {
    if (!inputs.some((input) => this.members.has(input))) {
      return this.graph.add(name, attributes, inputs, earlier);
    }
    const typedCount = TYPED_INPUT_COUNTS.get(name) ?? inputs.length;
    const isLow = PRODUCTS.has(name) || (FOLLOWERS.has(name) && follows(inputs, typedCount));
    const cast = inputs.map((input, i) =>
      this.cast(input, isLow && i < typedCount ? TF_BFLOAT16 : TF_FLOAT)
    );
    const typed = isLow ? attributes.map(asBfloat16) : attributes;
    const typedInputs = isLow ? evenChannels(this.graph, name, cast) : cast;
    const { operation, outputs } = this.graph.add(name, typed, typedInputs, earlier);
    const raised = isWeightGradient(name, attributes)
      ? outputs.map((output) => ({ ...this.cast(output, TF_FLOAT) }))
      : outputs;
    for (const output of raised) this.members.add(output);
    return { operation, outputs: raised };
  }

  /** As `Graph.call`: what follows from the region is in the region. */
  call(fn: XlaFunction, inputs: readonly GraphOutput[]): readonly GraphOutput[] {
    const outputs = this.graph.call(fn, inputs);
    const isMember = inputs.some((input) => this.members.has(input));
    for (const output of isMember ? outputs : []) this.members.add(output);
    return outputs;
  }

  /** Only float32 and bfloat16 become each other; shapes and labels stay what they are. */
  private cast(input: GraphOutput, dtype: number): GraphOutput {
    const isFloat = input.dtype === TF_FLOAT || input.dtype === TF_BFLOAT16;
    if (!isFloat || input.dtype === dtype) return input;
    const known = this.casts.get(input);
    if (known) return known;
    const attributes = [typeAttribute("SrcT", input.dtype), typeAttribute("DstT", dtype)];
    const cast = this.graph.add("Cast", attributes, [input]).outputs[0]!;
    this.casts.set(input, cast);
    return cast;
  }
}

/** Gradients of filters, and of the weights of linear layers, are multiplied on and kept: float32 from here on. */
function isWeightGradient(name: string, attributes: readonly OpAttribute[]): boolean {
  return name === "Conv2DBackpropFilter" ||
    (name === "MatMul" &&
      attributes.some(({ name, value }) => name === "transpose_a" && value === true));
}

/** Whether the largest inputs are of bfloat16, all of them: a bias or a factor follows the tensor that it is added to. */
function follows(inputs: readonly GraphOutput[], typedCount: number): boolean {
  const typed = inputs.slice(0, typedCount)
    .filter(({ dtype }) => dtype === TF_FLOAT || dtype === TF_BFLOAT16);
  const largest = Math.max(...typed.map(sizeOf));
  return typed.every((input) => sizeOf(input) < largest || input.dtype === TF_BFLOAT16);
}

function sizeOf({ shape }: GraphOutput): number {
  return (shape ?? []).reduce((product, length) => product * length, 1);
}

function asBfloat16(attribute: OpAttribute): OpAttribute {
  if (attribute.name === "TArgs") {
    return {
      ...attribute,
      value: Array.from(attribute.value as ArrayLike<number>, () => TF_BFLOAT16),
    };
  }
  const isT = attribute.name === "T" && attribute.value === TF_FLOAT;
  return isT ? { ...attribute, value: TF_BFLOAT16 } : attribute;
}
