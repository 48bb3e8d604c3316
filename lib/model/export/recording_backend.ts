/** A backend of tfjs that computes nothing: each kernel adds operators to an ONNX graph, whatever network it runs. */

import * as tf from "@tensorflow/tfjs";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "../../file/onnx.ts";

/** How images lie in memory: tfjs has channels last, ONNX channels first. */
export type Layout = "nhwc" | "nchw";

/** What is known of a tensor that has no values. */
interface Entry {
  readonly shape: readonly number[];
  /** Of a constant. */
  readonly values?: Float32Array;
  /** Names in the graph; a layout that nobody asked for has none. Tensors that are not of rank 4 are `nhwc`. */
  readonly names: Partial<Record<Layout, string>>;
  referenceCount: number;
}

/**
 * The batch size that networks are recorded at. It is prime and larger than any other extent, so that an extent is a multiple of
 * it exactly where it depends on the batch.
 */
export const RECORDED_BATCH_SIZE = 1_000_003;

/** Name under which tfjs knows the backend. */
export const RECORDING_BACKEND = "onnx";

const TO_NCHW = [0, 3, 1, 2];
const TO_NHWC = [0, 2, 3, 1];

/** The graph that is being recorded, and the tensors of it. */
export class RecordingBackend extends tf.KernelBackend {
  /** In the order in which they were recorded. */
  readonly nodes: OnnxNode[] = [];
  /** Constants that an operator reads. */
  readonly tensors: OnnxTensor[] = [];
  readonly #entries = new Map<object, Entry>();
  readonly #constantNames = new Map<object, string>();
  #count = 0;

  /** Adds an operator with one output. */
  add(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const output = `${type.toLowerCase()}_${this.#count++}`;
    this.nodes.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds whole numbers, such as a shape. */
  addInts(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const name = `ints_${this.#count++}`;
    this.tensors.push({ name, shape, data: BigInt64Array.from(values.map(BigInt)) });
    return name;
  }

  /** Adds numbers. */
  addFloats(values: Float32Array, shape: readonly number[], name = `floats_${this.#count++}`) {
    this.tensors.push({ name, shape, data: values });
    return name;
  }

  /** A tensor that an operator, or the model's input, has made. */
  create(shape: readonly number[], name: string, layout: Layout = "nhwc"): tf.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { shape, names: { [layout]: name }, referenceCount: 1 });
    return { dataId, shape: [...shape], dtype: "float32" };
  }

  /** What a constant will be called, such as a parameter. */
  nameConstant(dataId: object, name: string): void {
    this.#constantNames.set(dataId, name);
  }

  /** The name of a tensor in a layout; a transpose is added where it only exists in the other. */
  nameOf({ dataId, shape }: tf.TensorInfo, layout: Layout = "nhwc"): string {
    const entry = this.#get(dataId);
    if (entry.values && entry.names.nhwc === undefined) {
      const name = this.#constantNames.get(dataId);
      entry.names.nhwc = this.addFloats(entry.values, shape, name);
    }
    const other = layout === "nhwc" ? "nchw" : "nhwc";
    return entry.names[layout] ??= this.add("Transpose", [entry.names[other]!], {
      perm: layout === "nhwc" ? TO_NHWC : TO_NCHW,
    });
  }

  /** Whether a tensor has been made with channels first. */
  isChannelsFirst({ dataId }: tf.TensorInfo): boolean {
    return this.#get(dataId).names.nchw !== undefined;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    if (dtype !== "float32") {
      throw new RangeError(`Cannot record constant as it must be of float32: it is of ${dtype}`);
    }
    const dataId = {};
    const copy = Float32Array.from(values as Float32Array);
    this.#entries.set(dataId, { shape, values: copy, names: {}, referenceCount: 1 });
    return dataId;
  }

  override numDataIds(): number {
    return this.#entries.size;
  }

  override incRef(dataId: object): void {
    this.#get(dataId).referenceCount++;
  }

  decRef(dataId: object): void {
    const entry = this.#entries.get(dataId);
    if (entry) entry.referenceCount--;
  }

  override refCount(dataId: object): number {
    return this.#entries.get(dataId)?.referenceCount ?? 0;
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (!entry) return true;
    entry.referenceCount--;
    if (!force && entry.referenceCount > 0) return false;
    this.#entries.delete(dataId);
    return true;
  }

  override dispose(): void {
    this.#entries.clear();
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  #get(dataId: object): Entry {
    const entry = this.#entries.get(dataId);
    if (!entry) throw new RangeError("Cannot record operator as its inputs must be alive");
    return entry;
  }
}
