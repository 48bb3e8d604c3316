/** A channel of zeros more, so that convolutions in bfloat16 sum over an even number of channels. */

import { typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { Graph } from "./graph.ts";
import type { GraphOutput } from "./graph_output.ts";

const { TF_BFLOAT16, TF_INT32 } = DATA_TYPES;

/** What a graph is needed for here. */
export type PaddedGraph = Pick<Graph, "add" | "numbers">;

/** Which axis of which input is summed over; both inputs have it. Gradients of filters sum over pixels. */
const SUMMED_AXES: ReadonlyMap<
  string,
  readonly { readonly input: number; readonly axis: number }[]
> = new Map([
  ["Conv2D", [{ input: 0, axis: 3 }, { input: 1, axis: 2 }]],
  ["_MklNativeFusedConv2D", [{ input: 0, axis: 3 }, { input: 1, axis: 2 }]],
  ["Conv2DBackpropInput", [{ input: 1, axis: 3 }, { input: 2, axis: 3 }]],
]);

/**
 * Pads the channels that a convolution in bfloat16 sums over with one of zeros, if their number is odd; other ops stay as they are.
 *
 * oneDNN multiplies bfloat16 in pairs of channels. Where a processor tells no cache sizes, that of TensorFlow 2.21 reads past the
 * end of the last pair: on a virtual AMD EPYC every forward convolution of an odd number of channels (1 to 65 were tried) was wrong
 * by 8 to 74%, or by anything, and gradients of inputs were of one output channel; even numbers, all gradients of filters and all
 * products were right. Zeros change no sum. Networks have an odd number in images alone.
 *
 * @param inputs Of the op; those of floats are bfloat16.
 */
export function evenChannels(
  graph: PaddedGraph,
  name: string,
  inputs: readonly GraphOutput[],
): readonly GraphOutput[] {
  const summed = SUMMED_AXES.get(name) ?? [];
  return inputs.map((tensor, i) => {
    const axis = summed.find(({ input }) => input === i)?.axis;
    const isOdd = axis !== undefined && tensor.shape![axis]! % 2 === 1;
    return isOdd ? padOne(graph, tensor, axis) : tensor;
  });
}

/** `PadV2` and not `Pad`, which TensorFlow's rewriting merges into a convolution as if it were of height and width. */
function padOne(graph: PaddedGraph, tensor: GraphOutput, axis: number): GraphOutput {
  const paddings = new Int32Array(4 * 2); // before and after each axis
  paddings[axis * 2 + 1] = 1;
  const attributes = [typeAttribute("T", TF_BFLOAT16), typeAttribute("Tpaddings", TF_INT32)];
  const zero = new Uint8Array(2);
  return graph.add("PadV2", attributes, [
    tensor,
    graph.numbers(TF_INT32, [4, 2], paddings),
    graph.numbers(TF_BFLOAT16, [], zero),
  ]).outputs[0]!;
}
