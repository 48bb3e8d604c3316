/** tfjs-node's `TFJSBinding`, written over TensorFlow's C API: what its JavaScript kernels call instead of its add-on. */

import { eagerAttributes } from "./attribute_functions.ts";
import { AttributeSetter, intAttribute, type OpAttribute, stringAttribute } from "./attributes.ts";
import type { CApi } from "./c_api.ts";
import type { CSymbols } from "./c_symbols.ts";
import { BindingCodes, DATA_TYPES } from "./codes.ts";
import type { Context } from "./context.ts";
import { Status } from "./status.ts";
import {
  allocateNumbers,
  allocateStrings,
  checkValues,
  freeStrings,
  type ReadValues,
  readValues,
  type TensorValues,
} from "./tensor_data.ts";
import { type ExistingTensor, type TracedGraph, Tracer } from "./tracer.ts";

/** A tensor that an op returned. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  /** One of {@linkcode DATA_TYPES}. */
  readonly dtype: number;
}

/** More outputs than any op that tfjs runs with a fixed number of them; a longer list grows the buffer. */
const OUTPUT_COUNT = 64;

/** Tensors by number, and ops that run on them at once. */
export class TensorflowBinding extends BindingCodes {
  readonly TF_Version: string;

  private readonly c: CSymbols;
  private readonly attributes: AttributeSetter;
  private readonly handles = new Map<number, Deno.PointerValue>();
  private readonly deviceName: Uint8Array<ArrayBuffer>;
  private outputs = new BigUint64Array(OUTPUT_COUNT);
  private readonly outputCount = new Int32Array(1);
  private nextId = 1;
  private tracer: Tracer | null = null;

  constructor(api: CApi, private readonly context: Context) {
    super();
    this.c = api.symbols;
    this.TF_Version = api.version;
    this.attributes = new AttributeSetter(eagerAttributes(this.c, context.status));
    this.deviceName = this.attributes.encode(context.device.name);
  }

  /** Whether new tensors go to a GPU. */
  isUsingGpuDevice(): boolean {
    return this.context.device.type === "GPU";
  }

  /** Number of tensors that have not been deleted. */
  getNumOfTensors(): number {
    return this.handles.size;
  }

  /** Saved models are not loaded through this binding. */
  getNumOfSavedModels(): number {
    return 0;
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
    if (type === DATA_TYPES.TF_STRING) {
      return this.createStrings(shape, values as readonly Uint8Array[]);
    }
    const numbers = values as Float32Array | Int32Array | Uint8Array;
    const dims = this.attributes.packInt64(shape);
    const tensor = allocateNumbers(this.c, dims, shape.length, type, numbers);
    const handle = this.wrap(tensor);
    const isLocal = !this.isUsingGpuDevice() || type === DATA_TYPES.TF_INT32;
    return this.insert(isLocal ? handle : this.moveToDevice(handle));
  }

  /**
   * Frees a tensor.
   *
   * @throws {RangeError} If there is none of that number.
   */
  deleteTensor(id: number): void {
    if (this.tracer?.has(id)) return; // it goes with the trace
    this.c.TFE_DeleteTensorHandle(this.handle(id));
    this.handles.delete(id);
  }

  /**
   * Copies the values out of a tensor, waiting for them if they are on a GPU: Float32Array (also complex64, as pairs),
   * Int32Array (also uint8), Uint8Array (bool, resource), BigInt64Array, or the bytes of each text.
   *
   * @throws {RangeError} If there is none of that number.
   */
  tensorDataSync(id: number): ReadValues {
    const { c } = this;
    if (this.tracer?.has(id)) {
      throw new Error(
        "Cannot read tensor as it must have values: it is of a function being traced",
      );
    }
    const handle = this.handle(id);
    const tensor = this.resolve(id);
    try {
      const type = c.TFE_TensorHandleDataType(handle);
      const count = this.readShape(handle).reduce((product, size) => product * size, 1);
      return readValues(c, tensor, type, count);
    } finally {
      c.TF_DeleteTensor(tensor);
    }
  }

  /** A `TF_Tensor` of a tensor's values, for TensorFlow's functions that take one. The caller deletes it. */
  resolve(id: number): Deno.PointerValue {
    const { c, context: { status } } = this;
    const tensor = c.TFE_TensorHandleResolve(this.handle(id), status.pointer);
    status.check("read tensor");
    return tensor;
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
    const op = this.prepareOp(name, attributes, inputIds);
    try {
      if (outputCount > this.outputs.length) this.outputs = new BigUint64Array(outputCount);
      this.outputCount[0] = outputCount;
      c.TFE_Execute(op, this.outputs, this.outputCount, status.pointer);
      if (status.hasFailed()) status.check(`run TensorFlow op ${name}`);
    } finally {
      c.TFE_DeleteOp(op);
    }
    return this.describeOutputs(this.outputs, this.outputCount[0]!);
  }

  /** The same on a thread of its own: other work goes on meanwhile. The inputs may be deleted before it ends. */
  async executeOpAside(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputCount: number,
  ): Promise<TensorMetadata[]> {
    const { c } = this;
    const op = this.prepareOp(name, attributes, inputIds);
    const status = new Status(c);
    const outputs = new BigUint64Array(outputCount);
    const count = Int32Array.of(outputCount);
    try {
      await c.TFE_ExecuteAside(op, outputs, count, status.pointer);
      status.check(`run TensorFlow op ${name}`);
    } finally {
      status.dispose();
      c.TFE_DeleteOp(op);
    }
    return this.describeOutputs(outputs, count[0]!);
  }

  /**
   * Records the ops that `body` runs, in place of running them, and hands the graph on.
   *
   * @param inputIds Tensors that become its inputs. Any other that is there before becomes a constant.
   * @param body Returns the numbers of the outputs.
   * @param use What is made of the graph, such as a function; the graph is freed afterwards.
   * @throws {Error} If an op is refused, reads values, or the shape of its result depends on values.
   */
  trace<T>(
    inputIds: readonly number[],
    body: () => readonly number[],
    use: (graph: TracedGraph) => T,
  ): T {
    if (this.tracer) throw new Error("Cannot trace as another trace must have ended");
    const host = {
      nextId: () => this.nextId++,
      existing: (id: number) => this.describe(id),
    };
    const tracer = this.tracer = new Tracer(this.c, this.context, host, inputIds);
    try {
      const traced = tracer.finish(body());
      this.tracer = null; // what is made of it may run ops again
      return use(traced);
    } finally {
      this.tracer = null;
      tracer.dispose();
    }
  }

  /** Whether ops are recorded now, and not run. */
  isTracing(): boolean {
    return this.tracer !== null;
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

  /** Saved models are another's task. */
  loadSavedModel(): never {
    throw new TypeError("Cannot load saved model as this binding only runs eager ops");
  }

  /** Saved models are another's task. */
  runSavedModel(): never {
    throw new TypeError("Cannot run saved model as this binding only runs eager ops");
  }

  /** Saved models are another's task. */
  deleteSavedModel(): never {
    throw new TypeError("Cannot delete saved model as this binding only runs eager ops");
  }

  /** Frees all tensors, the context and its threads. Nothing may be called afterwards. */
  dispose(): void {
    for (const handle of this.handles.values()) this.c.TFE_DeleteTensorHandle(handle);
    this.handles.clear();
    this.c.TFE_DeleteContext(this.context.pointer);
    this.context.status.dispose();
  }

  private handle(id: number): Deno.PointerValue {
    const handle = this.handles.get(id);
    if (handle !== undefined) return handle;
    throw new RangeError(`Cannot use tensor as it must exist: number ${id} does not`);
  }

  /** An op with attributes and inputs; the caller deletes it. */
  private prepareOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
  ): Deno.PointerValue {
    const { c, context: { pointer, status } } = this;
    const op = c.TFE_NewOp(pointer, this.attributes.encode(name), status.pointer);
    if (status.hasFailed()) status.check(`run TensorFlow op ${name}`);
    try {
      for (let i = 0; i < inputIds.length; i++) {
        c.TFE_OpAddInput(op, this.handle(inputIds[i]!), status.pointer);
        if (status.hasFailed()) status.check(`run TensorFlow op ${name}`);
      }
      for (let i = 0; i < attributes.length; i++) this.attributes.set(op, attributes[i]!);
    } catch (error) {
      c.TFE_DeleteOp(op);
      throw error;
    }
    return op;
  }

  private describeOutputs(outputs: BigUint64Array, count: number): TensorMetadata[] {
    const metadata = new Array<TensorMetadata>(count);
    for (let i = 0; i < count; i++) {
      const handle = Deno.UnsafePointer.create(outputs[i]!);
      const dtype = this.c.TFE_TensorHandleDataType(handle);
      metadata[i] = { id: this.insert(handle), shape: this.readShape(handle), dtype };
    }
    return metadata;
  }

  private describe(id: number): ExistingTensor {
    const handle = this.handle(id);
    return {
      dtype: this.c.TFE_TensorHandleDataType(handle),
      shape: this.readShape(handle),
      resolve: () => this.resolve(id),
    };
  }

  private insert(handle: Deno.PointerValue): number {
    this.handles.set(this.nextId, handle);
    return this.nextId++;
  }

  private readShape(handle: Deno.PointerValue): number[] {
    const { c, context: { status } } = this;
    const shape = new Array<number>(c.TFE_TensorHandleNumDims(handle, status.pointer));
    for (let i = 0; i < shape.length; i++) {
      shape[i] = c.TFE_TensorHandleDim(handle, i, status.pointer);
    }
    return shape;
  }

  /** A handle for a tensor, which is deleted: the handle keeps its memory. */
  private wrap(tensor: Deno.PointerValue): Deno.PointerValue {
    const { c, context: { status } } = this;
    const handle = c.TFE_NewTensorHandle(tensor, status.pointer);
    c.TF_DeleteTensor(tensor);
    status.check("create tensor");
    return handle;
  }

  private moveToDevice(handle: Deno.PointerValue): Deno.PointerValue {
    const { c, context: { pointer, status } } = this;
    const moved = c.TFE_TensorHandleCopyToDevice(handle, pointer, this.deviceName, status.pointer);
    c.TFE_DeleteTensorHandle(handle);
    status.check("copy tensor to the GPU");
    return moved;
  }

  /** An op copies the texts into memory that TensorFlow frees with the last handle to it; ours is freed here. */
  private createStrings(shape: readonly number[], values: readonly Uint8Array[]): number {
    const { c, context: { status } } = this;
    const dims = this.attributes.packInt64(shape);
    const tensor = allocateStrings(c, dims, shape.length, values);
    const handle = c.TFE_NewTensorHandle(tensor, status.pointer);
    const temporaryId = this.insert(handle);
    const attributes = [intAttribute("N", 1), stringAttribute("separator", "")];
    try {
      return this.executeOp("StringJoin", attributes, [temporaryId], 1)[0]!.id;
    } finally {
      freeStrings(c, tensor, values.length);
      this.deleteTensor(temporaryId);
      c.TF_DeleteTensor(tensor);
    }
  }
}
