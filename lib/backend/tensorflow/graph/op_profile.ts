/** Where the time goes: TensorFlow's own record of every op that ran, inside compiled functions too. */

import * as tf from "@tensorflow/tfjs";
import type { TensorFunction } from "../../compile.ts";
import type { NodeBackend } from "../eager/node_package.ts";
import { traceTensors } from "./trace_tensors.ts";
import { type Field, fieldsOf, textOf } from "./wire_format.ts";

// Numbers of fields in tensorflow/core/protobuf/config.proto and tensorflow/core/framework/step_stats.proto.
const STEP_STATS = 1; // of RunMetadata
const DEVICE_STATS = 1; // of StepStats
const DEVICE_NAME = 1; // of DeviceStepStats
const NODE_STATS = 2; // of DeviceStepStats
const NODE_NAME = 1; // of NodeExecStats
const OP_START = 3; // of NodeExecStats: microseconds after the node's begin
const OP_END = 4; // of NodeExecStats
const TIMELINE_LABEL = 8; // of NodeExecStats: `name = Op(input, ...)`

/** What ran of one kind of op. */
export interface OpTime {
  /** TensorFlow's name of the op, such as `Conv2DBackpropFilter`. */
  readonly op: string;
  readonly count: number;
  /** Sum over threads: ops that run side by side both count. */
  readonly milliseconds: number;
}

/** What {@linkcode profileFunction} needs beside the function. */
export interface ProfileOptions {
  /** Of the function; see `CompileOptions`. */
  readonly variables: readonly tf.Variable[];
  /** Runs before the one that is recorded. @default 3 */
  readonly warmupCount?: number;
}

/**
 * Compiles a function on backend `tensorflow`, runs it, and tells what ran, the longest first. The results are dropped, and
 * variables stay as they are.
 *
 * @throws {Error} With TensorFlow's message, if it fails.
 */
export function profileFunction(
  fn: TensorFunction,
  inputs: readonly tf.Tensor[],
  { variables, warmupCount = 3 }: ProfileOptions,
): OpTime[] {
  const { binding } = tf.backend() as NodeBackend;
  return traceTensors(fn, inputs, variables, ({ graph, inputs: placeholders, outputs }, ids) => {
    const values = ids.map((id) => binding.resolve(id));
    try {
      return sumOpTimes(graph.recordRun(placeholders, values, outputs, warmupCount + 1));
    } finally {
      for (const value of values) binding.deleteValues(value);
    }
  });
}

/**
 * Sums a serialized `RunMetadata` by op.
 *
 * A GPU's ops stand there up to three times: as launches on its device, on the stream that they ran in, and on `stream:all`. Where
 * there is the last, it alone counts: the times of the GPU itself.
 */
export function sumOpTimes(bytes: Uint8Array): OpTime[] {
  const sums = new Map<string, { count: number; milliseconds: number }>();
  const devices = [...children(bytes, STEP_STATS)].flatMap((
    stats,
  ) => [...children(stats, DEVICE_STATS)]);
  const streams = devices.filter((device) => /\/stream:all$/.test(nameOf(device)));
  for (const device of streams.length > 0 ? streams : devices) {
    for (const node of children(device, NODE_STATS)) {
      const { op, milliseconds } = readNode(node);
      const sum = sums.get(op) ?? { count: 0, milliseconds: 0 };
      sums.set(op, { count: sum.count + 1, milliseconds: sum.milliseconds + milliseconds });
    }
  }
  return [...sums].map(([op, sum]) => ({ op, ...sum }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function nameOf(device: Uint8Array): string {
  const field = [...fieldsOf(device, "DeviceStepStats")].find(({ number }) =>
    number === DEVICE_NAME
  );
  return field ? textOf(field) : "";
}

function readNode(bytes: Uint8Array): { readonly op: string; readonly milliseconds: number } {
  const fields = new Map<number, Field>();
  for (const field of fieldsOf(bytes, "NodeExecStats")) fields.set(field.number, field);
  const label = fields.has(TIMELINE_LABEL) ? textOf(fields.get(TIMELINE_LABEL)!) : "";
  const name = fields.has(NODE_NAME) ? textOf(fields.get(NODE_NAME)!) : "?";
  const op = /= ([\w.]+)\(/.exec(label)?.[1] ?? name.split(":").at(-1)!;
  const microseconds = (fields.get(OP_END)?.value ?? 0) - (fields.get(OP_START)?.value ?? 0);
  return { op, milliseconds: microseconds / 1e3 };
}

function* children(bytes: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of fieldsOf(bytes, "RunMetadata")) {
    if (field.number === number && field.content) yield field.content;
  }
}
