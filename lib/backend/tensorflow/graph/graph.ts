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
import { type GraphOutput, packOutputs } from "./graph_output.ts";
import { type OpInput, parseOpInputs } from "./op_definition.ts";
import { openSession } from "./session.ts";
import type { XlaFunction } from "./xla_function.ts";
import { allocateNumbers, takeBuffer } from "../eager/tensor_data.ts";

/** Inputs of ops, by op; the same for every graph. */
const inputsOfOps = new Map<string, readonly OpInput[]>();

/** A graph under construction. */
export class Graph {
  private readonly graph: Deno.PointerValue;
  private readonly attributes: AttributeSetter;
  private operationCount = 0;

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
    return this.finish("Placeholder", operation).outputs[0]!;
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
    return this.finish("Const", operation).outputs[0]!;
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
    this.addInputs(operation, name, attributes, inputs);
    for (const other of earlier) this.c.TF_AddControlInput(operation, other);
    for (const attribute of attributes) this.attributes.set(operation, attribute);
    return this.finish(name, operation);
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
    this.c.TF_DeleteFunction(this.addFunction(name, inputs, outputs));
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
    const body = this.addFunction(name, inputs, outputs);
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
    const { outputs } = this.finish("PartitionedCall", operation);
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

  /** The function, added to the context; the caller deletes it. */
  private addFunction(
    name: string,
    inputs: readonly GraphOutput[],
    outputs: readonly GraphOutput[],
  ): Deno.PointerValue {
    const { c, context: { pointer, status } } = this;
    const named = this.attributes.encode(name);
    const results = this.copyOutputs(outputs);
    const body = c.TF_GraphToFunction(
      this.graph,
      named,
      0,
      -1,
      null,
      inputs.length,
      packOutputs(inputs),
      results.length,
      packOutputs(results),
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
    const label = `${name.replace(/^_/, "")}_${this.operationCount++}`;
    const bytes = new TextEncoder().encode(`${label}\0`);
    return this.c.TF_NewOperation(this.graph, this.attributes.encode(name), bytes);
  }

  private addInputs(
    operation: Deno.PointerValue,
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[],
  ): void {
    let used = 0;
    const definitions = this.readInputs(name);
    for (const [i, { lengthAttribute }] of definitions.entries()) {
      if (lengthAttribute === null) {
        this.c.TF_AddInput(operation, packOutputs(inputs.slice(used, ++used)));
        continue;
      }
      const after = definitions.length - 1 - i;
      const length = lengthOf(attributes, lengthAttribute) ?? inputs.length - used - after;
      this.c.TF_AddInputList(operation, packOutputs(inputs.slice(used, used + length)), length);
      used += length;
    }
    if (used !== inputs.length) {
      throw new RangeError(
        `Cannot add operation ${name} as it must have ${used} inputs: it has ${inputs.length}`,
      );
    }
  }

  private readInputs(name: string): readonly OpInput[] {
    const known = inputsOfOps.get(name);
    if (known) return known;
    const { c, context: { status } } = this;
    const buffer = c.TF_NewBuffer();
    c.TF_GraphGetOpDef(this.graph, this.attributes.encode(name), buffer, status.pointer);
    status.check(`find op ${name}`);
    const inputs = parseOpInputs(takeBuffer(c, buffer));
    inputsOfOps.set(name, inputs);
    return inputs;
  }

  private finish(name: string, description: Deno.PointerValue) {
    const { c, context: { status } } = this;
    const operation = c.TF_FinishOperation(description, status.pointer);
    status.check(`add operation ${name}`);
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

/** The length of a list input where an attribute of the op tells it; null where it follows from the other inputs. */
function lengthOf(attributes: readonly OpAttribute[], name: string): number | null {
  const value = attributes.find((attribute) => attribute.name === name)?.value;
  if (typeof value === "number") return value;
  return typeof value === "object" && value !== null ? (value as ArrayLike<unknown>).length : null;
}
