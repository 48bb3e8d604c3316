/**
 * ONNX models, written. Field numbers are those of `onnx.proto` (https://github.com/onnx/onnx), IR version 8; operators are
 * of opset 17.
 */

import { MessageWriter } from "./protobuf.ts";

/** Value of an attribute: whole numbers become integers, a text a string; floats are told by their wrapper. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** One operator. */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** Numbers that the model holds. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Float32, or int64 for shapes and indices. */
  readonly data: Float32Array | BigInt64Array;
}

/** An input or output of float32; a text is the name of an extent that is not fixed. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** A model. */
export interface OnnxModel {
  readonly name: string;
  /** In an order in which every input comes before its use. */
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Text by key, for who opens it. */
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/**
 * Formats a model as the bytes of an ONNX file. The same input gives the same bytes.
 *
 * @throws {RangeError} If an attribute is a number that is not whole.
 */
export function formatOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const graph = new MessageWriter();
  for (const node of model.nodes) graph.message(1, formatNode(node));
  graph.text(2, model.name);
  for (const tensor of model.tensors) graph.message(5, formatTensor(tensor));
  for (const value of model.inputs) graph.message(11, formatValue(value));
  for (const value of model.outputs) graph.message(12, formatValue(value));
  const message = new MessageWriter().int(1, IR_VERSION).text(2, "proxyan").message(7, graph)
    .message(8, new MessageWriter().text(1, "").int(2, OPSET_VERSION));
  for (const [key, value] of Object.entries(model.metadata)) {
    message.message(14, new MessageWriter().text(1, key).text(2, value));
  }
  return message.toBytes();
}

function formatNode({ type, inputs, outputs, attributes = {} }: OnnxNode): MessageWriter {
  const message = new MessageWriter();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(4, type);
  for (const [name, value] of Object.entries(attributes)) {
    message.message(5, formatAttribute(name, value));
  }
  return message;
}

function formatAttribute(name: string, value: OnnxAttribute): MessageWriter {
  const message = new MessageWriter().text(1, name);
  if (typeof value === "string") {
    return message.text(4, value).int(20, ATTRIBUTE_TYPES.string);
  }
  if (typeof value === "number") {
    return message.int(3, requireWhole(name, value)).int(20, ATTRIBUTE_TYPES.int);
  }
  if ("float" in value) return message.float(2, value.float).int(20, ATTRIBUTE_TYPES.float);
  for (const entry of value) message.int(8, requireWhole(name, entry));
  return message.int(20, ATTRIBUTE_TYPES.ints);
}

function requireWhole(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`Cannot format attribute as ${name} must be a whole number: it is ${value}`);
}

function formatTensor({ name, shape, data }: OnnxTensor): MessageWriter {
  const message = new MessageWriter();
  for (const extent of shape) message.int(1, extent);
  return message.int(2, data instanceof Float32Array ? FLOAT : INT64).text(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function formatValue({ name, shape }: OnnxValue): MessageWriter {
  const dims = new MessageWriter();
  for (const extent of shape) {
    const dim = new MessageWriter();
    dims.message(1, typeof extent === "string" ? dim.text(2, extent) : dim.int(1, extent));
  }
  const tensor = new MessageWriter().int(1, FLOAT).message(2, dims);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor));
}
