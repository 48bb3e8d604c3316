/** A TensorFlow graph that is built operation by operation and becomes a function of the context. */

import { graphAttributes } from "../library/attribute_functions.ts";
import {
  AttributeSetter,
  boolAttribute,
  type OpAttribute,
  typeAttribute,
  typeListAttribute,
} from "../library/attributes.ts";
import type { CSymbols } from "../library/c_symbols.ts";
import type { Context } from "../library/context.ts";
import { addInputs } from "./add_inputs.ts";
import { type GraphOutput, packOutputs, packPointers } from "./graph_output.ts";
import { openSession } from "./session.ts";
import { type AddedOperation, splitGraph } from "./split_graph.ts";
import type { XlaFunction } from "./xla_function.ts";
import { allocateNumbers } from "../eager/tensor_data.ts";

/** A graph under construction. */
export class Graph {
  private readonly graph: Deno.PointerValue;
  private readonly attributes: AttributeSetter;
  private readonly added: AddedOperation[] = [];

  constructor(private readonly c: CSymbols, private readonly context: Context) {
    this.graph = c.TF_NewGraph();
    this.attributes = new AttributeSetter(graphAttributes(c));
  }

  /** An input of the function, of a known shape. */
  placeholder(dtype: number, shape: readonly number[]): GraphOutput {
    const { c } = this;
    const operation = this.start("Placeholder");
    c.TF_SetAttrType(operation, this.attributes.encode("dtype"), dtype);
    const dims = this.attributes.packInt64(shape);
    c.TF_SetAttrShape(operation, this.attributes.encode("shape"), dims, shape.length);
    return this.finish("Placeholder", operation, []).outputs[0]!;
  }

  /**
   * A constant.
   *
   * @param tensor A `TF_Tensor`, which is copied.
   */
  constant(dtype: number, tensor: Deno.PointerValue): GraphOutput {
    const { c, context: { status } } = this;
    const operation = this.start("Const");
    c.TF_SetAttrType(operation, this.attributes.encode("dtype"), dtype);
    c.TF_SetAttrTensor(operation, this.attributes.encode("value"), tensor, status.pointer);
    return this.finish("Const", operation, []).outputs[0]!;
  }

  /**
   * A constant of numbers.
   *
   * @param values In the bytes of the type.
   */
  numbers(
    dtype: number,
    shape: readonly number[],
    values: Float32Array | Int32Array | Uint8Array,
  ): GraphOutput {
    const dims = this.attributes.packInt64(shape);
    const tensor = allocateNumbers(this.c, dims, shape.length, dtype, values);
    try {
      return this.constant(dtype, tensor);
    } finally {
      this.c.TF_DeleteTensor(tensor);
    }
  }

  /**
   * Adds an operation.
   *
   * @param earlier Operations that must have run before it, beside those that its inputs come from.
   * @throws {Error} With TensorFlow's message, if the inputs do not fit.
   */
  add(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[],
    earlier: readonly Deno.PointerValue[] = [],
  ): { readonly operation: Deno.PointerValue; readonly outputs: readonly GraphOutput[] } {
    const operation = this.start(name);
    const { c, context, graph, attributes: setter } = this;
    addInputs({ c, context, graph, attributes: setter }, operation, { name, attributes, inputs });
    for (const other of earlier) c.TF_AddControlInput(operation, other);
    for (const attribute of attributes) setter.set(operation, attribute);
    return this.finish(name, operation, inputs, earlier.length > 0);
  }

  /**
   * Makes the graph a function of the context, for `executeOp`.
   *
   * @throws {Error} With TensorFlow's message.
   */
  toFunction(
    name: string,
    inputs: readonly GraphOutput[],
    outputs: readonly GraphOutput[],
  ): void {
    this.c.TF_DeleteFunction(this.addFunction(name, inputs, this.copyOutputs(outputs)));
  }

  /**
   * Makes the graph two functions of the context: `names.fixed` takes the fixed inputs; `names.call` takes the inputs of a call, the fixed
   * ones, and what the first gives.
   *
   * @returns How many outputs the first has. Without any it is not made.
   * @throws {Error} With TensorFlow's message.
   */
  toParts(
    names: { readonly fixed: string; readonly call: string },
    callInputs: readonly GraphOutput[],
    fixedInputs: readonly GraphOutput[],
    outputs: readonly GraphOutput[],
  ): number {
    const results = this.copyOutputs(outputs);
    const parts = splitGraph(this.added, callInputs, fixedInputs, results);
    const { fixedOperations, fixedOutputs, callOperations } = parts;
    const add = (...parts: Parameters<Graph["addFunction"]>) =>
      this.c.TF_DeleteFunction(this.addFunction(...parts));
    if (fixedOutputs.length > 0) add(names.fixed, fixedInputs, fixedOutputs, fixedOperations);
    add(names.call, [...callInputs, ...fixedInputs, ...fixedOutputs], results, callOperations);
    return fixedOutputs.length;
  }

  /**
   * Makes the graph a function that other graphs can {@linkcode call}.
   *
   * @throws {Error} With TensorFlow's message.
   */
  toXlaFunction(
    name: string,
    inputs: readonly GraphOutput[],
    outputs: readonly GraphOutput[],
  ): XlaFunction {
    const body = this.addFunction(name, inputs, this.copyOutputs(outputs));
    return { name, body, outputs: outputs.map(({ dtype, shape }) => ({ dtype, shape: shape! })) };
  }

  /**
   * Adds the call of a function, which XLA compiles when it first runs.
   *
   * Source of the attribute: `kXlaMustCompileAttr` in `tensorflow/compiler/jit/defs.h`.
   *
   * @throws {Error} With TensorFlow's message.
   */
  call(fn: XlaFunction, inputs: readonly GraphOutput[]): readonly GraphOutput[] {
    const { c, attributes, context: { status } } = this;
    c.TF_GraphCopyFunction(this.graph, fn.body, null, status.pointer);
    status.check(`add function ${fn.name}`);
    const operation = this.start("PartitionedCall");
    c.TF_AddInputList(operation, packOutputs(inputs), inputs.length);
    attributes.set(operation, typeListAttribute("Tin", inputs.map(({ dtype }) => dtype)));
    attributes.set(operation, typeListAttribute("Tout", fn.outputs.map(({ dtype }) => dtype)));
    attributes.set(operation, boolAttribute("_XlaMustCompile", true));
    const named = attributes.encode(fn.name);
    c.TF_SetAttrFuncName(operation, attributes.encode("f"), named, BigInt(named.length - 1));
    const { outputs } = this.finish("PartitionedCall", operation, inputs);
    return outputs.map((output, i) => {
      const { shape } = fn.outputs[i]!;
      const dims = attributes.packInt64(shape);
      c.TF_GraphSetTensorShape(
        this.graph,
        packOutputs([output]),
        dims,
        shape.length,
        status.pointer,
      );
      status.check(`set shape of ${fn.name}`);
      return { ...output, shape };
    });
  }

  /**
   * The function, added to the context; the caller deletes it.
   *
   * @param outputs Of operations that are in it.
   * @param operations What it does. @default all but the inputs
   */
  private addFunction(
    name: string,
    inputs: readonly GraphOutput[],
    outputs: readonly GraphOutput[],
    operations?: readonly Deno.PointerValue[],
  ): Deno.PointerValue {
    const { c, context: { pointer, status } } = this;
    const named = this.attributes.encode(name);
    const body = c.TF_GraphToFunction(
      this.graph,
      named,
      0,
      operations?.length ?? -1,
      operations ? packPointers(operations) : null,
      inputs.length,
      packOutputs(inputs),
      outputs.length,
      packOutputs(outputs),
      null,
      null,
      null,
      status.pointer,
    );
    status.check(`make function ${name}`);
    c.TFE_ContextAddFunction(pointer, body, status.pointer);
    if (status.hasFailed()) c.TF_DeleteFunction(body);
    status.check(`add function ${name}`);
    return body;
  }

  /**
   * Runs the graph as a session, with TensorFlow's record of every op.
   *
   * @param inputs Placeholders.
   * @param values A `TF_Tensor` for each of them; still the caller's.
   * @param runCount Runs, of which the last is recorded.
   * @returns A serialized `RunMetadata`.
   * @throws {Error} With TensorFlow's message.
   */
  recordRun(
    inputs: readonly GraphOutput[],
    values: readonly Deno.PointerValue[],
    outputs: readonly GraphOutput[],
    runCount: number,
  ): Uint8Array<ArrayBuffer> {
    const { c, context: { status } } = this;
    const results = this.copyOutputs(outputs);
    const session = openSession(c, this.graph, this.context);
    try {
      let record = new Uint8Array();
      for (let i = 0; i < runCount; i++) record = session.run(inputs, values, results);
      return record;
    } finally {
      session.close();
      status.check("close session");
    }
  }

  /** Frees the graph; functions made of it stay. */
  dispose(): void {
    this.c.TF_DeleteGraph(this.graph);
  }

  /** An input may be an output, and one output be asked for twice: not of TensorFlow. */
  private copyOutputs(outputs: readonly GraphOutput[]): GraphOutput[] {
    return outputs.map((output) =>
      this.add("Identity", [typeAttribute("T", output.dtype)], [output]).outputs[0]!
    );
  }

  private start(name: string): Deno.PointerValue {
    const label = `${name.replace(/^_/, "")}_${this.added.length}`;
    const bytes = new TextEncoder().encode(`${label}\0`);
    return this.c.TF_NewOperation(this.graph, this.attributes.encode(name), bytes);
  }

  private finish(
    name: string,
    description: Deno.PointerValue,
    inputs: readonly GraphOutput[],
    isOrdered = false,
  ) {
    const { c, context: { status } } = this;
    const operation = c.TF_FinishOperation(description, status.pointer);
    status.check(`add operation ${name}`);
    this.added.push({ operation, inputs, isOrdered });
    const outputs = Array.from({ length: c.TF_OperationNumOutputs(operation) }, (_, index) => {
      const output = packOutputs([{ operation, index }]);
      const dtype = c.TF_OperationOutputType(output);
      return { operation, index, dtype, shape: this.readShape(name, output) };
    });
    return { operation, outputs };
  }

  private readShape(name: string, output: Uint8Array<ArrayBuffer>): number[] | null {
    const { c, context: { status } } = this;
    const rank = c.TF_GraphGetTensorNumDims(this.graph, output, status.pointer);
    if (rank < 0) return null;
    const dims = new BigInt64Array(rank);
    c.TF_GraphGetTensorShape(this.graph, output, dims, dims.length, status.pointer);
    status.check(`read shape of ${name}`);
    return dims.every((size) => size >= 0n) ? Array.from(dims, Number) : null;
  }
}
