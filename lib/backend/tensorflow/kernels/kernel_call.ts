/** One call of a kernel on backend `tensorflow`: typed inputs, and TensorFlow ops on them. */

import type * as tf from "@tensorflow/tfjs";
import { replaceKernel } from "../../ops/run_kernel.ts";
import type { DeviceChoices } from "../device_choices.ts";
import { type OpAttribute, typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { NodeBackend } from "../eager/node_package.ts";

/** Lists of numbers that ops take as tensors, such as shapes; they stay in TensorFlow's memory. */
const CONSTANT_COUNT = 256;

const RESHAPE_ATTRIBUTES = [
  typeAttribute("T", DATA_TYPES.TF_FLOAT),
  typeAttribute("Tshape", DATA_TYPES.TF_INT32),
];

/** By backend, as each has its own tensors. */
const constants = new WeakMap<NodeBackend, Map<string, number>>();

/** What a kernel is called with. */
export class KernelCall {
  constructor(
    readonly backend: NodeBackend,
    private readonly inputs: Readonly<Record<string, tf.TensorInfo | undefined>>,
    readonly attrs: Readonly<Record<string, unknown>>,
  ) {}

  /** Which way to go on this device. */
  get choices(): DeviceChoices {
    return this.backend.binding.choices;
  }

  /** An input that must be there. */
  input(name: string): tf.TensorInfo {
    return this.inputs[name]!;
  }

  /** An input that may be left out. */
  maybeInput(name: string): tf.TensorInfo | undefined {
    return this.inputs[name] ?? undefined;
  }

  /** All inputs, in the order in which they were given. */
  allInputs(): tf.Tensor[] {
    return Object.values(this.inputs) as tf.Tensor[];
  }

  /** An attribute of the kernel, of the type that its op declares. */
  attr<T>(name: string): T {
    return this.attrs[name] as T;
  }

  /** Numbers of tensors for {@linkcode run}. */
  ids(...tensors: tf.TensorInfo[]): number[] {
    return this.backend.getInputTensorIds(tensors);
  }

  /** The number of a tensor of int32 that is kept, a vector where no shape is given: never delete it. */
  constant(values: readonly number[], shape: readonly number[] = [values.length]): number {
    return this.keep(shape, DATA_TYPES.TF_INT32, Int32Array.from(values));
  }

  /** The number of a kept tensor of zeros, such as one of no values: never delete it. */
  zeros(shape: readonly number[]): number {
    const size = shape.reduce((product, length) => product * length, 1);
    return this.keep(shape, DATA_TYPES.TF_FLOAT, new Float32Array(size));
  }

  /** The number of a kept float32: never delete it. */
  scalar(value: number): number {
    return this.keep([], DATA_TYPES.TF_FLOAT, Float32Array.of(value));
  }

  private keep(shape: readonly number[], type: number, values: Int32Array | Float32Array): number {
    const known = constants.get(this.backend) ?? new Map<string, number>();
    constants.set(this.backend, known);
    const key = `${type}:${shape.join()}:${values.join()}`;
    const id = known.get(key);
    if (id !== undefined) return id;
    const { binding } = this.backend;
    for (const [oldestKey, oldestId] of known) {
      if (known.size < CONSTANT_COUNT) break;
      binding.deleteTensor(oldestId);
      known.delete(oldestKey);
    }
    const newId = binding.createTensor(shape, type, values);
    known.set(key, newId);
    return newId;
  }

  /** Runs a TensorFlow op; the caller disposes or returns each output. */
  run(
    name: string,
    attributes: readonly OpAttribute[],
    ids: readonly number[],
    outputCount = 1,
  ): tf.Tensor[] {
    const { binding } = this.backend;
    return binding.executeOp(name, attributes, ids, outputCount)
      .map((metadata) => this.backend.createOutputTensor(metadata));
  }

  /** A tensor of another shape on the same memory. */
  reshape(x: tf.TensorInfo, shape: readonly number[]): tf.Tensor {
    return this.runOne("Reshape", RESHAPE_ATTRIBUTES, [...this.ids(x), this.constant(shape)]);
  }

  /** Runs a TensorFlow op with one output. */
  runOne(name: string, attributes: readonly OpAttribute[], ids: readonly number[]): tf.Tensor {
    return this.run(name, attributes, ids)[0]!;
  }
}

/** Registers a kernel of backend `tensorflow`, in place of tfjs-node's. */
export function registerTensorflowKernel(
  kernelName: string,
  kernel: (call: KernelCall) => tf.Tensor | tf.Tensor[],
): void {
  replaceKernel({
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel(
        new KernelCall(
          backend as NodeBackend,
          inputs as Record<string, tf.TensorInfo | undefined>,
          attrs ?? {},
        ),
      ),
  });
}
