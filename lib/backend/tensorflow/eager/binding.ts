/** tfjs-node's `TFJSBinding`, written over TensorFlow's C API: what its JavaScript kernels call instead of its add-on. */

import { InputError } from "../../../errors.ts";
import type { Precision } from "../../backend.ts";
import { choicesOf, type DeviceChoices } from "../device_choices.ts";
import { eagerAttributes } from "../library/attribute_functions.ts";
import {
  AttributeSetter,
  intAttribute,
  type OpAttribute,
  stringAttribute,
} from "../library/attributes.ts";
import type { CApi } from "../library/c_api.ts";
import type { CSymbols } from "../library/c_symbols.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { Context } from "../library/context.ts";
import { tellsCaches } from "../library/processor_caches.ts";
import { BindingWithoutModels } from "./binding_without_models.ts";
import {
  allocateNumbers,
  checkValues,
  type ReadValues,
  takeValues,
  type TensorValues,
} from "./tensor_data.ts";
import type { ExistingTensor, TensorMetadata } from "./tensor_metadata.ts";
import { type OpParts, prepareOp, runOpAside } from "./prepare_op.ts";
import { TensorTable } from "./tensor_table.ts";
import { type TracedGraph, Tracer } from "../graph/tracer.ts";
import { type RecordedOps, XlaCalls } from "../graph/xla_calls.ts";

/** More outputs than any op that tfjs runs with a fixed number of them; a longer list grows the buffer. */
const OUTPUT_COUNT = 64;

const STRING_JOIN = [intAttribute("N", 1), stringAttribute("separator", "")];

/** Tensors by number, and ops that run on them at once. */
export class TensorflowBinding extends BindingWithoutModels {
  readonly TF_Version: string;
  /** Which way kernels go on the device of the context. */
  choices: DeviceChoices;

  private readonly c: CSymbols;
  private readonly attributes: AttributeSetter;
  private readonly table: TensorTable;
  private readonly opParts: OpParts;
  private outputs = new BigUint64Array(OUTPUT_COUNT);
  private readonly outputCount = new Int32Array(1);
  /** Ops on threads of their own. */
  private asideCount = 0;
  private tracer: Tracer | null = null;
  private readonly xlaCalls: XlaCalls;

  constructor(api: CApi, private readonly context: Context, precision: Precision = "float32") {
    super();
    this.c = api.symbols;
    this.TF_Version = api.version;
    this.choices = choicesOf(this.isUsingGpuDevice() ? "gpu" : "cpu", precision, tellsCaches());
    this.attributes = new AttributeSetter(eagerAttributes(this.c, context.status));
    this.table = new TensorTable(this.c, context);
    this.xlaCalls = new XlaCalls(this.c, context, this.table);
    this.opParts = { c: this.c, context, attributes: this.attributes, table: this.table };
  }

  /** What TensorFlow may allocate on its GPU; `null` without one. */
  getGpuMemoryBytes(): number | null {
    return this.isUsingGpuDevice() ? this.context.device.memoryBytes : null;
  }

  /** Whether new tensors go to a GPU; a part of tfjs-node's binding, for its own kernels. */
  isUsingGpuDevice(): boolean {
    return this.context.device.type === "GPU";
  }

  /** Number of tensors that have not been deleted. */
  getNumOfTensors(): number {
    return this.table.size;
  }

  /**
   * Copies values into a new tensor, on the GPU if there is one; int32 and texts stay in the host's memory, where GPU kernels
   * expect them.
   *
   * @param type One of {@linkcode DATA_TYPES}; an int64 comes as two int32, low half first.
   * @returns Its number, for {@linkcode deleteTensor}.
   * @throws {TypeError} If the kind of array is not that of the type.
   * @throws {RangeError} If its length is not that of the shape.
   */
  createTensor(shape: readonly number[], type: number, values: TensorValues): number {
    checkValues(shape, type, values);
    const dims = this.attributes.packInt64(shape);
    if (type === DATA_TYPES.TF_STRING) {
      const texts = values as readonly Uint8Array[];
      const copy = (id: number) => this.executeOp("StringJoin", STRING_JOIN, [id], 1)[0]!.id;
      return this.table.insertStrings(dims, shape.length, texts, copy);
    }
    const numbers = values as Float32Array | Int32Array | Uint8Array;
    const tensor = allocateNumbers(this.c, dims, shape.length, type, numbers);
    return this.table.insertValues(tensor, !this.choices.hostTypes.includes(type));
  }

  /**
   * Frees a tensor.
   *
   * @throws {RangeError} If there is none of that number.
   */
  deleteTensor(id: number): void {
    if (this.tracer?.has(id)) return; // it goes with the trace
    this.table.delete(id);
  }

  /**
   * Copies the values out of a tensor, waiting for them if they are on a GPU: Float32Array (also complex64, as pairs),
   * Int32Array (also uint8), Uint8Array (bool, resource), BigInt64Array, or the bytes of each text.
   *
   * @throws {RangeError} If there is none of that number.
   */
  tensorDataSync(id: number): ReadValues {
    const description = this.describeRead(id);
    return takeValues(this.c, description, description.resolve());
  }

  /** The same without waiting in this thread, where the device has a queue; the tensor may be deleted meanwhile. */
  async tensorData(id: number): Promise<ReadValues> {
    if (!this.choices.isReadAside) return this.tensorDataSync(id);
    const description = this.describeRead(id);
    this.asideCount++;
    try {
      return takeValues(this.c, description, await this.table.resolveAside(id));
    } finally {
      this.asideCount--;
    }
  }

  /** A `TF_Tensor` of a tensor's values, for TensorFlow's functions that take one; free it with {@linkcode deleteValues}. */
  resolve(id: number): Deno.PointerValue {
    return this.table.resolve(id);
  }

  /** Frees a tensor of {@linkcode resolve}. */
  deleteValues(tensor: Deno.PointerValue): void {
    this.c.TF_DeleteTensor(tensor);
  }

  /**
   * Runs an op on tensors of the given numbers.
   *
   * @returns The outputs; each is deleted by the caller.
   * @throws {Error} With the op's name and TensorFlow's message, if it fails.
   */
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputCount: number,
  ): TensorMetadata[] {
    if (this.tracer) return this.tracer.executeOp(name, attributes, inputIds);
    const { c, context: { status } } = this;
    const op = prepareOp(this.opParts, name, attributes, inputIds);
    try {
      if (outputCount > this.outputs.length) this.outputs = new BigUint64Array(outputCount);
      this.outputCount[0] = outputCount;
      c.TFE_Execute(op, this.outputs, this.outputCount, status.pointer);
      if (status.hasFailed()) status.check(`run TensorFlow op ${name}`);
    } finally {
      c.TFE_DeleteOp(op);
    }
    return this.table.insertOutputs(this.outputs, this.outputCount[0]!);
  }

  /** The same on a thread of its own: other work goes on meanwhile. The inputs may be deleted before it ends. */
  async executeOpAside(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputCount: number,
  ): Promise<TensorMetadata[]> {
    const op = prepareOp(this.opParts, name, attributes, inputIds);
    this.asideCount++;
    try {
      const outputs = await runOpAside(this.c, op, name, outputCount);
      return this.table.insertOutputs(outputs, outputs.length);
    } finally {
      this.asideCount--;
    }
  }

  /**
   * Records the ops that `body` runs, in place of running them, and hands the graph on.
   *
   * @param inputIds Tensors whose types and shapes its inputs have.
   * @param body Gets what stands for the inputs, and returns the numbers of the outputs. Any tensor that it uses and that was there
   * before becomes a constant.
   * @param use What is made of the graph, such as a function; the graph is freed afterwards.
   * @throws {Error} If an op is refused, reads values, or the shape of its result depends on values.
   */
  trace<T>(
    inputIds: readonly number[],
    body: (standIns: readonly TensorMetadata[]) => readonly number[],
    use: (graph: TracedGraph) => T,
  ): T {
    if (this.tracer) throw new Error("Cannot trace as another trace must have ended");
    const inputs = inputIds.map((id) => this.table.describe(id));
    const tracer = new Tracer(this.c, this.context, this.table, inputs);
    try {
      return use(this.withTracer(tracer, () => tracer.finish(body(tracer.standIns))));
    } finally {
      tracer.dispose();
    }
  }

  /**
   * Records, in the trace that is under way, the call of a function that XLA compiles; see {@linkcode XlaCalls}.
   *
   * @throws {Error} If nothing is being traced.
   */
  callFused(ops: RecordedOps, inputIds: readonly number[]): TensorMetadata[] {
    if (!this.tracer) throw new Error("Cannot call function of XLA as one must be traced: none is");
    const within = <T>(inner: Tracer, run: () => T) => this.withTracer(inner, run);
    return this.xlaCalls.call(this.tracer, ops, inputIds, within);
  }

  /** Runs ops in the midst of a trace. */
  outsideOfTrace<T>(run: () => T): T {
    return this.withTracer(null, run);
  }

  /** Whether ops are recorded now, and not run. */
  isTracing(): boolean {
    return this.tracer !== null;
  }

  /** Whether ops on such tensors are recorded in a region of low precision. */
  isLowPrecision(ids: readonly number[]): boolean {
    return this.tracer?.isLowPrecision(ids) ?? false;
  }

  /**
   * A tensor of a trace as bfloat16, and back.
   *
   * @throws {InputError} If nothing is being traced.
   */
  enterLowPrecision(id: number): TensorMetadata {
    return this.tracing().enterLowPrecision(id);
  }

  /** See {@linkcode enterLowPrecision}. */
  leaveLowPrecision(id: number): TensorMetadata {
    return this.tracing().leaveLowPrecision(id);
  }

  /** Frees a function that was made of a traced graph. */
  deleteFunction(name: string): void {
    const { c, context: { pointer, status } } = this;
    c.TFE_ContextRemoveFunction(pointer, this.attributes.encode(name), status.pointer);
    status.check(`delete function ${name}`);
  }

  /** Whether this TensorFlow's op has an attribute of the name; what ops take differs between releases. */
  hasAttribute(opName: string, attributeName: string): boolean {
    const { c, attributes, context: { pointer, status } } = this;
    const [op, attribute] = [attributes.encode(opName), attributes.encode(attributeName)];
    c.TFE_OpNameGetAttrType(pointer, op, attribute, new Uint8Array(1), status.pointer);
    return !status.hasFailed();
  }

  /** Frees all tensors, the context and its threads. While an op runs aside, the end of the process does: nothing is freed. */
  dispose(): void {
    if (this.asideCount > 0) return;
    this.table.dispose();
    this.xlaCalls.dispose();
    this.c.TFE_DeleteContext(this.context.pointer);
    this.context.status.dispose();
  }

  /** Runs a part with another tracer, or with none. */
  private withTracer<T>(tracer: Tracer | null, run: () => T): T {
    const before = this.tracer;
    this.tracer = tracer;
    try {
      return run();
    } finally {
      this.tracer = before;
    }
  }

  private tracing(): Tracer {
    if (this.tracer) return this.tracer;
    throw new InputError(
      "Cannot compute op by op in bfloat16 as functions must be compiled: it is not; pass --precision float32",
    );
  }

  private describeRead(id: number): ExistingTensor {
    if (!this.tracer?.has(id)) return this.table.describe(id);
    throw new Error("Cannot read tensor as it must have values: it is of a function being traced");
  }
}
