/** The kernels of the recording backend: what each of tfjs's is in ONNX's operators, opset 17. */

import * as tf from "@tensorflow/tfjs";
import { recordConvolution, recordPad, recordPool } from "./record_image_kernels.ts";
import type { Attributes, Inputs, RecordedKernel } from "./recorded_kernel.ts";
import { type Layout, RECORDED_BATCH_SIZE, type RecordingBackend } from "./recording_backend.ts";

/** End of a slice that reaches to the end of an axis, whatever its extent. */
const TO_THE_END = 2 ** 31 - 1;
/** Where each axis of NHWC is in NCHW. */
const NCHW_AXES = [0, 2, 3, 1];

/** By name of tfjs's kernel. A network with another one cannot be exported. */
export const RECORDED_KERNELS: Readonly<Record<string, RecordedKernel>> = {
  Add: binary("Add"),
  Sub: binary("Sub"),
  Multiply: binary("Mul"),
  RealDiv: binary("Div"),
  Relu: unary("Relu"),
  Sqrt: unary("Sqrt"),
  Erf: unary("Erf"),
  Rsqrt: (backend, { x }) =>
    mapImages(backend, x!, (name) => backend.add("Reciprocal", [backend.add("Sqrt", [name])])),
  Square: (backend, { x }) => mapImages(backend, x!, (name) => backend.add("Mul", [name, name])),
  Cast: recordCast,
  Identity: (backend, { x }) => ({ ...x!, dataId: keep(backend, x!) }),
  Softmax: (backend, { logits }) =>
    backend.create(
      logits!.shape,
      backend.add("Softmax", [backend.nameOf(logits!)], { axis: -1 }),
    ),
  Conv2D: recordConvolution,
  MaxPool: (backend, { x }, attributes) => recordPool(backend, "MaxPool", x!, attributes),
  AvgPool: (backend, { x }, attributes) => recordPool(backend, "AveragePool", x!, attributes),
  PadV2: recordPad,
  Concat: recordConcat,
  Mean: (backend, { x }, attributes) => recordReduction(backend, "ReduceMean", x!, attributes),
  Sum: (backend, { x }, attributes) => recordReduction(backend, "ReduceSum", x!, attributes),
  Reshape: (backend, { x }, { shape }) => {
    const target = tf.util.inferFromImplicitShape(
      shape as number[],
      tf.util.sizeFromShape(x!.shape),
    );
    return reshape(backend, x!, target);
  },
  Transpose: (backend, { x }, { perm }) => {
    const order = perm as number[];
    const name = backend.add("Transpose", [backend.nameOf(x!)], { perm: order });
    return backend.create(order.map((axis) => x!.shape[axis]!), name);
  },
  Slice: recordSlice,
  Tile: recordTile,
  Unpack: recordUnpack,
  BatchMatMul: recordProduct,
};

/** Registers the kernels for a backend's name. */
export function registerRecordedKernels(backendName: string): void {
  for (const [kernelName, kernel] of Object.entries(RECORDED_KERNELS)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        kernel(backend as RecordingBackend, inputs as Inputs, (attrs ?? {}) as Attributes),
    });
  }
}

function keep(backend: RecordingBackend, { dataId }: tf.TensorInfo): object {
  backend.incRef(dataId);
  return dataId;
}

/** Applies operators of one input in the layout that it has. */
function mapImages(
  backend: RecordingBackend,
  x: tf.TensorInfo,
  map: (name: string) => string,
): tf.TensorInfo {
  const layout: Layout = backend.isChannelsFirst(x) ? "nchw" : "nhwc";
  return backend.create(x.shape, map(backend.nameOf(x, layout)), layout);
}

function unary(type: string): RecordedKernel {
  return (backend, { x }) => mapImages(backend, x!, (name) => backend.add(type, [name]));
}

function binary(type: string): RecordedKernel {
  return (backend, { a, b }) => {
    const shape = tf.backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape);
    const isChannelsFirst = [a!, b!].some((x) => backend.isChannelsFirst(x));
    const layout: Layout = isChannelsFirst ? "nchw" : "nhwc";
    const names = [a!, b!].map((x) =>
      isChannelsFirst ? nameBesideImages(backend, x) : backend.nameOf(x)
    );
    return backend.create(shape, backend.add(type, names), layout);
  };
}

/** Name of what is combined with images whose channels are first: images, one number a channel, or one number. */
function nameBesideImages(backend: RecordingBackend, x: tf.TensorInfo): string {
  if (x.shape.length === 4) return backend.nameOf(x, "nchw");
  if (x.shape.length === 0) return backend.nameOf(x);
  if (x.shape.length > 1) {
    throw new RangeError(
      `Cannot record operator as beside images there must be a number for each channel: it is [${x.shape}]`,
    );
  }
  return backend.add("Reshape", [backend.nameOf(x), backend.addInts([x.shape[0]!, 1, 1])]);
}

function recordCast(backend: RecordingBackend, { x }: Inputs, { dtype }: Attributes) {
  if (dtype === x!.dtype) return { ...x!, dataId: keep(backend, x!) };
  throw new RangeError(`Cannot record cast as all must be float32: it is to ${dtype}`);
}

function recordConcat(
  backend: RecordingBackend,
  inputs: Inputs,
  attributes: Attributes,
): tf.TensorInfo {
  const parts = Object.values(inputs);
  const rank = parts[0]!.shape.length;
  const axis = tf.util.parseAxisParam(attributes["axis"] as number, parts[0]!.shape)[0]!;
  const isChannelsFirst = rank === 4 && parts.some((part) => backend.isChannelsFirst(part));
  const layout: Layout = isChannelsFirst ? "nchw" : "nhwc";
  const names = parts.map((part) => backend.nameOf(part, layout));
  const name = backend.add("Concat", names, { axis: isChannelsFirst ? NCHW_AXES[axis]! : axis });
  const shape = tf.backend_util.computeOutShape(parts.map(({ shape }) => shape), axis);
  return backend.create(shape, name, layout);
}

function recordReduction(
  backend: RecordingBackend,
  type: "ReduceMean" | "ReduceSum",
  x: tf.TensorInfo,
  attributes: Attributes,
): tf.TensorInfo {
  const axes = tf.util.parseAxisParam(attributes["axis"] as number | number[], x.shape);
  const keepDims = attributes["keepDims"] === true;
  const isOverImages = backend.isChannelsFirst(x) && !keepDims && axes.join() === "1,2";
  const name = backend.nameOf(x, isOverImages ? "nchw" : "nhwc");
  const shown = isOverImages ? [2, 3] : axes;
  const keepdims = keepDims ? 1 : 0;
  const reduced = type === "ReduceMean" // its axes are an attribute before opset 18
    ? backend.add(type, [name], { axes: shown, keepdims })
    : backend.add(type, [name, backend.addInts(shown)], { keepdims });
  const [short] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(short, axes) : short;
  return backend.create(shape, reduced);
}

/** Reshapes; an extent that depends on the batch is left to ONNX. */
function reshape(
  backend: RecordingBackend,
  x: tf.TensorInfo,
  shape: readonly number[],
): tf.TensorInfo {
  const target = shape.map((extent) => extent % RECORDED_BATCH_SIZE === 0 ? -1 : extent);
  if (target.filter((extent) => extent === -1).length > 1) {
    throw new RangeError(
      `Cannot record reshape as one extent at most must depend on the batch: it is [${shape}]`,
    );
  }
  return backend.create(
    shape,
    backend.add("Reshape", [backend.nameOf(x), backend.addInts(target)]),
  );
}

function recordSlice(
  backend: RecordingBackend,
  { x }: Inputs,
  { begin, size }: Attributes,
): tf.TensorInfo {
  const [starts, sizes] = tf.slice_util.parseSliceParams(
    x! as unknown as tf.Tensor,
    begin as number[],
    size as number[],
  ) as [number[], number[]];
  const ends = starts.map((start, axis) => {
    const end = start + sizes[axis]!;
    return end === x!.shape[axis] ? TO_THE_END : end;
  });
  const bounds = [starts, ends].map((values) => backend.addInts(values));
  return backend.create(sizes, backend.add("Slice", [backend.nameOf(x!), ...bounds]));
}

/** Repeats along axes; as often as there are images where that is meant. */
function recordTile(
  backend: RecordingBackend,
  { x }: Inputs,
  { reps }: Attributes,
): tf.TensorInfo {
  const counts = reps as number[];
  const parts = counts.map((count) =>
    count === RECORDED_BATCH_SIZE ? batchSizeName(backend) : backend.addInts([count])
  );
  const name = backend.add("Tile", [
    backend.nameOf(x!),
    backend.add("Concat", parts, { axis: 0 }),
  ]);
  return backend.create(x!.shape.map((extent, axis) => extent * counts[axis]!), name);
}

/** B, as one whole number. */
function batchSizeName(backend: RecordingBackend): string {
  const shape = backend.add("Shape", ["images"]);
  return backend.add("Slice", [shape, backend.addInts([0]), backend.addInts([1])]);
}

function recordUnpack(
  backend: RecordingBackend,
  { value }: Inputs,
  attributes: Attributes,
): tf.TensorInfo[] {
  const axis = tf.util.parseAxisParam(attributes["axis"] as number, value!.shape)[0]!;
  const shape = value!.shape.filter((_, i) => i !== axis);
  const name = backend.nameOf(value!);
  return Array.from(
    { length: value!.shape[axis]! },
    (_, i) =>
      backend.create(shape, backend.add("Gather", [name, backend.addInts([i], [])], { axis })),
  );
}

function recordProduct(
  backend: RecordingBackend,
  { a, b }: Inputs,
  { transposeA, transposeB }: Attributes,
): tf.TensorInfo {
  const factor = (x: tf.TensorInfo, isTransposed: unknown) => {
    const name = backend.nameOf(x);
    if (!isTransposed) return { name, shape: x.shape };
    const perm = x.shape.map((_, axis) => axis);
    perm.push(...perm.splice(-2).reverse());
    const shape = perm.map((axis) => x.shape[axis]!);
    return { name: backend.add("Transpose", [name], { perm }), shape };
  };
  const [left, right] = [factor(a!, transposeA), factor(b!, transposeB)];
  const batch = tf.backend_util.assertAndGetBroadcastShape(
    left.shape.slice(0, -2),
    right.shape.slice(0, -2),
  );
  const shape = [...batch, left.shape.at(-2)!, right.shape.at(-1)!];
  return backend.create(shape, backend.add("MatMul", [left.name, right.name]));
}
