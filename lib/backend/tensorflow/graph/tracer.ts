/** Records ops in a graph in place of running them: tensors are numbers here as they are in the binding. */

import type { OpAttribute } from "../library/attributes.ts";
import type { ExistingTensor, TensorKind, TensorMetadata } from "../eager/tensor_metadata.ts";
import type { CSymbols } from "../library/c_symbols.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { Context } from "../library/context.ts";
import { Bfloat16Ops } from "./bfloat16_ops.ts";
import { Graph } from "./graph.ts";
import type { GraphOutput } from "./graph_output.ts";
import type { XlaFunction } from "./xla_function.ts";

/** What the tracer needs of the table of tensors. */
export interface TracerHost {
  /** A number that no tensor has. */
  reserveId(): number;
  /** A tensor that was made of values, before or during the trace. */
  describe(id: number): ExistingTensor;
}

/** What a trace recorded. */
export interface TracedGraph {
  readonly graph: Graph;
  readonly inputs: readonly GraphOutput[];
  readonly outputs: readonly GraphOutput[];
}

/** More values than a tensor from before the trace may have that becomes a constant: a larger one must be an input. */
const CONSTANT_LIMIT = 1 << 16;

/** One trace. */
export class Tracer {
  private readonly graph: Graph;
  private readonly ops: Bfloat16Ops;
  private readonly outputs = new Map<number, GraphOutput>();
  private readonly constants = new Map<number, GraphOutput>();
  /** The last operation on each resource: those on one resource run in the order of the trace. */
  private readonly lastUses = new Map<number, Deno.PointerValue>();
  private readonly inputs: readonly GraphOutput[];
  private readonly firstId: number;
  /** What stands for the inputs while tracing, in their order. */
  readonly standIns: readonly TensorMetadata[];

  /** @param inputs Types and shapes of the inputs of the function, in this order. */
  constructor(
    private readonly c: CSymbols,
    context: Context,
    private readonly host: TracerHost,
    inputs: readonly TensorKind[],
  ) {
    this.graph = new Graph(c, context);
    this.ops = new Bfloat16Ops(this.graph);
    this.firstId = host.reserveId();
    this.inputs = inputs.map(({ dtype, shape }) => this.graph.placeholder(dtype, shape));
    this.standIns = this.inputs.map((input) => this.insert(this.ops.leave(input)));
  }

  /** Whether a tensor belongs to this trace. */
  has(id: number): boolean {
    return this.outputs.has(id);
  }

  /**
   * Records an op.
   *
   * @throws {Error} If TensorFlow refuses it, or could not tell the shape of an input without running.
   */
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
  ): TensorMetadata[] {
    const inputs = inputIds.map((id) => this.find(id));
    const resourceIds = inputIds.filter((_, i) => inputs[i]!.dtype === DATA_TYPES.TF_RESOURCE);
    const earlier = resourceIds.flatMap((id) => this.lastUses.get(id) ?? []);
    const { operation, outputs } = this.ops.add(name, attributes, inputs, earlier);
    for (const id of resourceIds) this.lastUses.set(id, operation);
    return outputs.map((output) => this.insert(output));
  }

  /** Type and shape of a tensor that an op may have. */
  describe(id: number): TensorKind {
    const { dtype, shape } = this.find(id);
    return { dtype, shape: shape! };
  }

  /**
   * Makes what was recorded a function that other traces can {@linkcode call}.
   *
   * @param isLow Whether its outputs are of bfloat16; else they are float32.
   */
  toXlaFunction(name: string, outputIds: readonly number[], isLow: boolean): XlaFunction {
    const { graph, inputs, outputs } = this.finish(outputIds);
    const typed = isLow ? outputs.map((one) => this.ops.enter(one)) : outputs;
    return graph.toXlaFunction(name, inputs, typed);
  }

  /** Records the call of a function. */
  call(fn: XlaFunction, inputIds: readonly number[]): TensorMetadata[] {
    const outputs = this.ops.call(fn, inputIds.map((id) => this.find(id)));
    return outputs.map((output) => this.insert(output));
  }

  /** Whether what is computed of some tensors is in a region of low precision. */
  isLowPrecision(ids: readonly number[]): boolean {
    return ids.some((id) => {
      const output = this.outputs.get(id);
      return output !== undefined && this.ops.has(output);
    });
  }

  /** The same values in bfloat16; what is computed of them may be, until it leaves. */
  enterLowPrecision(id: number): TensorMetadata {
    return this.insert(this.ops.enter(this.find(id)));
  }

  /** The same values in float32, as is what is computed of them. */
  leaveLowPrecision(id: number): TensorMetadata {
    return this.insert(this.ops.leave(this.find(id)));
  }

  /** Ends the trace. The graph lives until the tracer is disposed. */
  finish(outputIds: readonly number[]): TracedGraph {
    const { graph, inputs } = this;
    return { graph, inputs, outputs: outputIds.map((id) => this.ops.leave(this.find(id))) };
  }

  /** Frees the graph. */
  dispose(): void {
    this.graph.dispose();
  }

  private insert(output: GraphOutput): TensorMetadata {
    const id = this.host.reserveId();
    this.outputs.set(id, output);
    const dtype = output.dtype === DATA_TYPES.TF_BFLOAT16 ? DATA_TYPES.TF_FLOAT : output.dtype; // tfjs knows no other
    return { id, shape: [...output.shape ?? []], dtype };
  }

  private find(id: number): GraphOutput {
    const output = this.outputs.get(id) ?? this.constant(id);
    if (output.shape !== null) return output;
    throw new Error("Cannot trace function as the shape of every tensor it uses must be known");
  }

  /** A tensor that is neither an input nor made by an op of the trace is a constant of the function. */
  private constant(id: number): GraphOutput {
    const known = this.constants.get(id);
    if (known) return known;
    const { dtype, shape, resolve } = this.host.describe(id);
    const size = shape.reduce((product, length) => product * length, 1);
    if (size > CONSTANT_LIMIT && id < this.firstId) {
      throw new Error(
        `Cannot trace function as a constant must have at most ${CONSTANT_LIMIT} values: ` +
          `a tensor of shape [${shape}] is used that is neither an input nor a variable of the function`,
      );
    }
    const tensor = resolve();
    const output = this.graph.constant(dtype, tensor);
    this.c.TF_DeleteTensor(tensor);
    this.constants.set(id, output);
    return output;
  }
}
