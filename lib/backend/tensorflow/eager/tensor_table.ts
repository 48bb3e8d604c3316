/** TensorFlow's tensors by number, as tfjs-node's kernels name them. */

import type { CSymbols } from "../library/c_symbols.ts";
import type { Context } from "../library/context.ts";
import { Status } from "../library/status.ts";
import { allocateStrings, freeStrings } from "./tensor_data.ts";
import type { ExistingTensor, TensorMetadata } from "./tensor_metadata.ts";

/** Handles by number. Every handle in it is the table's to delete. */
export class TensorTable {
  private readonly handles = new Map<number, Deno.PointerValue>();
  private readonly deviceName: Uint8Array<ArrayBuffer>;
  private nextId = 1;

  constructor(private readonly c: CSymbols, private readonly context: Context) {
    this.deviceName = new TextEncoder().encode(`${context.device.name}\0`);
  }

  /** Number of tensors that have not been deleted. */
  get size(): number {
    return this.handles.size;
  }

  /** A number that no tensor has. */
  reserveId(): number {
    return this.nextId++;
  }

  /** Takes a handle over; returns its number. */
  insert(handle: Deno.PointerValue): number {
    this.handles.set(this.nextId, handle);
    return this.nextId++;
  }

  /** @throws {RangeError} If there is none of that number. */
  get(id: number): Deno.PointerValue {
    const handle = this.handles.get(id);
    if (handle !== undefined) return handle;
    throw new RangeError(`Cannot use tensor as it must exist: number ${id} does not`);
  }

  /** @throws {RangeError} If there is none of that number. */
  delete(id: number): void {
    this.c.TFE_DeleteTensorHandle(this.get(id));
    this.handles.delete(id);
  }

  /** Takes over what an op wrote into `outputs`. */
  insertOutputs(outputs: BigUint64Array, count: number): TensorMetadata[] {
    const metadata = new Array<TensorMetadata>(count);
    for (let i = 0; i < count; i++) {
      const handle = Deno.UnsafePointer.create(outputs[i]!);
      const dtype = this.c.TFE_TensorHandleDataType(handle);
      metadata[i] = { id: this.insert(handle), shape: this.shapeOf(handle), dtype };
    }
    return metadata;
  }

  /** Takes over a `TF_Tensor` in the host's memory; `isMoved` copies it to the device of the context. */
  insertValues(tensor: Deno.PointerValue, isMoved: boolean): number {
    const { c, context: { pointer, status } } = this;
    const handle = c.TFE_NewTensorHandle(tensor, status.pointer);
    c.TF_DeleteTensor(tensor); // the handle keeps its memory
    status.check("create tensor");
    if (!isMoved) return this.insert(handle);
    const moved = c.TFE_TensorHandleCopyToDevice(handle, pointer, this.deviceName, status.pointer);
    c.TFE_DeleteTensorHandle(handle);
    status.check("copy tensor to the GPU");
    return this.insert(moved);
  }

  /**
   * Texts of a shape; an op copies them into memory that TensorFlow frees with the last handle to it, and ours is freed here.
   *
   * @param dims The shape, as int64.
   * @param copy Runs that op on a tensor, and returns the number of its result.
   */
  insertStrings(
    dims: Int32Array<ArrayBuffer>,
    rank: number,
    texts: readonly Uint8Array[],
    copy: (id: number) => number,
  ): number {
    const { c, context: { status } } = this;
    const tensor = allocateStrings(c, dims, rank, texts);
    const temporaryId = this.insert(c.TFE_NewTensorHandle(tensor, status.pointer));
    try {
      return copy(temporaryId);
    } finally {
      freeStrings(c, tensor, texts.length);
      this.delete(temporaryId);
      c.TF_DeleteTensor(tensor);
    }
  }

  /** A `TF_Tensor` of the values, for TensorFlow's functions that take one; waits for a GPU. The caller deletes it. */
  resolve(id: number): Deno.PointerValue {
    const { c, context: { status } } = this;
    const tensor = c.TFE_TensorHandleResolve(this.get(id), status.pointer);
    status.check("read tensor");
    return tensor;
  }

  /** The same on a thread of its own, while other work goes on. The tensor may be deleted before it ends. */
  async resolveAside(id: number): Promise<Deno.PointerValue> {
    const { c, context } = this;
    const handle = c.TFE_TensorHandleCopySharingTensor(this.get(id), context.status.pointer);
    context.status.check("read tensor");
    const status = new Status(c);
    try {
      const tensor = await c.TFE_TensorHandleResolveAside(handle, status.pointer);
      status.check("read tensor");
      return tensor;
    } finally {
      status.dispose();
      c.TFE_DeleteTensorHandle(handle);
    }
  }

  /** Type, shape and values of a tensor. */
  describe(id: number): ExistingTensor {
    const handle = this.get(id);
    return {
      dtype: this.c.TFE_TensorHandleDataType(handle),
      shape: this.shapeOf(handle),
      resolve: () => this.resolve(id),
    };
  }

  /** Frees all tensors. */
  dispose(): void {
    for (const handle of this.handles.values()) this.c.TFE_DeleteTensorHandle(handle);
    this.handles.clear();
  }

  private shapeOf(handle: Deno.PointerValue): number[] {
    const { c, context: { status } } = this;
    const shape = new Array<number>(c.TFE_TensorHandleNumDims(handle, status.pointer));
    for (let i = 0; i < shape.length; i++) {
      shape[i] = c.TFE_TensorHandleDim(handle, i, status.pointer);
    }
    return shape;
  }
}
