/**
 * What TensorFlow's GPU kernels accept of the ops that training and evaluation use: one row an op, with its source in TensorFlow's
 * repository (2.9 to 2.21). A step that stays within this table finds a kernel on a GPU for each of its ops.
 *
 * `not read:` before a source: the file is the one that registers the op, and its text has not been looked at; that of every other has.
 * An input is a type, with `host` before it where the kernel wants it in the host's memory, or `...` after it for a list.
 */

/** A value of an attribute. */
export type AttributeValue = string | number | boolean;

/** Whether an op gives the same bits each time. */
export type Determinism =
  /** In any mode: no sums in an order that differs. */
  | "always"
  /** With `TF_DETERMINISTIC_OPS`, which chooses another algorithm. */
  | "by_mode";

/** One row. */
export interface GpuKernel {
  readonly inputs: readonly string[];
  /** Values that the kernel takes, for every attribute that matters to it; `any` where all values do. */
  readonly attributes: Readonly<Record<string, readonly AttributeValue[] | "any">>;
  readonly determinism: Determinism;
  /** Shapes that the kernel refuses, in one line. */
  readonly refusal?: (shapes: readonly (readonly number[])[]) => string | null;
  /** File below `tensorflow/core/kernels`, and what is to be found there. */
  readonly source: string;
}

const T = { T: ["float"] } as const;

/** A row of an op on floats that treats each value by itself. */
function elementwise(inputCount: number, source: string): GpuKernel {
  const inputs = Array.from({ length: inputCount }, () => "float");
  return { inputs, attributes: T, determinism: "always", source };
}

/** A row of an op that moves floats, its other inputs in the host's memory. */
function moving(
  inputs: readonly string[],
  attributes: GpuKernel["attributes"],
  source: string,
): GpuKernel {
  return { inputs, attributes: { ...T, ...attributes }, determinism: "always", source };
}

/** A row of a reduction: no atomic sums. */
function reduction(source: string): GpuKernel {
  return moving(["float", "host int32"], { Tidx: ["int32"], keep_dims: "any" }, source);
}

const WINDOW = {
  ...T,
  data_format: ["NHWC"],
  strides: "any",
  padding: ["VALID", "SAME", "EXPLICIT"],
  explicit_paddings: "any",
} as const;
const CONVOLUTION = { ...WINDOW, dilations: "any" } as const;
const POOL = { ...WINDOW, ksize: "any" } as const;
const AVERAGE = {
  ...T,
  data_format: ["NHWC"],
  strides: "any",
  ksize: "any",
  padding: ["VALID", "SAME"],
} as const;
const NORM = {
  ...T,
  U: ["float"],
  data_format: ["NHWC"],
  is_training: [true],
  epsilon: "any",
} as const;

/** Images that cuDNN's batch norm takes; `aten/src/ATen/native/Normalization.cpp` of PyTorch has the bound. */
const LARGEST_NORM_BATCH = 880_801;

function refuseLargeBatch([x]: readonly (readonly number[])[]): string | null {
  return x![0]! <= LARGEST_NORM_BATCH
    ? null
    : `the batch must be at most ${LARGEST_NORM_BATCH}: it is ${x![0]}`;
}

/** The rows. */
export const GPU_KERNELS: Readonly<Record<string, GpuKernel>> = {
  // Elementwise
  Add: elementwise(2, 'cwise_op_add_1.cc: REGISTER3(BinaryOp, GPU, "Add", ... float'),
  AddV2: elementwise(2, 'cwise_op_add_1.cc: REGISTER3(BinaryOp, GPU, "AddV2", ... float'),
  Sub: elementwise(2, 'cwise_op_sub.cc: REGISTER(BinaryOp, GPU, "Sub", ... float'),
  Mul: elementwise(2, 'not read: cwise_op_mul_1.cc: REGISTER(BinaryOp, GPU, "Mul", ... float'),
  RealDiv: elementwise(
    2,
    'not read: cwise_op_div.cc: REGISTER(BinaryOp, GPU, "RealDiv", ... float',
  ),
  Minimum: elementwise(
    2,
    'not read: cwise_op_minimum.cc: REGISTER(BinaryOp, GPU, "Minimum", ... float',
  ),
  Maximum: elementwise(
    2,
    'not read: cwise_op_maximum.cc: REGISTER(BinaryOp, GPU, "Maximum", ... float',
  ),
  Neg: elementwise(1, 'not read: cwise_op_neg_1.cc: REGISTER(UnaryOp, GPU, "Neg", ... float'),
  Exp: elementwise(1, 'not read: cwise_op_exp.cc: REGISTER(UnaryOp, GPU, "Exp", ... float'),
  Log: elementwise(1, 'not read: cwise_op_log.cc: REGISTER(UnaryOp, GPU, "Log", ... float'),
  Sqrt: elementwise(1, 'not read: cwise_op_sqrt.cc: REGISTER(UnaryOp, GPU, "Sqrt", ... float'),
  Rsqrt: elementwise(1, 'not read: cwise_op_rsqrt.cc: REGISTER(UnaryOp, GPU, "Rsqrt", ... float'),
  Square: elementwise(
    1,
    'not read: cwise_op_square.cc: REGISTER(UnaryOp, GPU, "Square", ... float',
  ),
  Erf: elementwise(1, 'cwise_op_erf.cc: REGISTER3(UnaryOp, GPU, "Erf", ... float'),
  ClipByValue: elementwise(3, 'cwise_op_clip.cc: REGISTER_GPU_KERNEL(float) of "ClipByValue"'),
  Relu: elementwise(
    1,
    "relu_op.cc: REGISTER_GPU_KERNELS; relu_op_functor.h keeps NaN: cwiseMax<PropagateNaN>",
  ),
  ReluGrad: elementwise(
    2,
    "relu_op.cc: REGISTER_GPU_KERNELS; relu_op_functor.h: gradients * (features > 0)",
  ),
  Select: {
    inputs: ["bool", "float", "float"],
    attributes: T,
    determinism: "always",
    source: "cwise_op_select.cc: REGISTER_SELECT_GPU(float)",
  },
  LogicalNot: {
    inputs: ["bool"],
    attributes: {},
    determinism: "always",
    source: 'cwise_op_logical_not.cc: Name("LogicalNot").Device(DEVICE_GPU)',
  },
  LogicalAnd: {
    inputs: ["bool", "bool"],
    attributes: {},
    determinism: "always",
    source: 'not read: cwise_op_logical_and.cc: Name("LogicalAnd").Device(DEVICE_GPU)',
  },
  Less: elementwise(2, 'not read: cwise_op_less.cc: REGISTER(BinaryOp, GPU, "Less", ... float'),
  Greater: elementwise(
    2,
    'not read: cwise_op_greater.cc: REGISTER(BinaryOp, GPU, "Greater", ... float',
  ),
  NotEqual: {
    inputs: ["float", "float"],
    attributes: { ...T, incompatible_shape_error: "any" },
    determinism: "always",
    source: 'cwise_op_not_equal_to_1.cc: REGISTER(BinaryOp, GPU, "NotEqual", ... float',
  },
  Softmax: elementwise(
    1,
    'softmax_op_gpu.cu.cc: Name("Softmax").Device(DEVICE_GPU), rows by cub without atomics',
  ),

  // Reductions
  Sum: reduction(
    'not read: reduction_ops_sum.cc: Name("Sum").Device(DEVICE_GPU).HostMemory("reduction_indices")',
  ),
  Mean: reduction(
    'not read: reduction_ops_mean.cc: Name("Mean").Device(DEVICE_GPU).HostMemory("reduction_indices")',
  ),
  Max: reduction(
    'reduction_ops_max.cc: Name("Max").Device(DEVICE_GPU).HostMemory("reduction_indices")',
  ),
  Min: reduction(
    'not read: reduction_ops_min.cc: Name("Min").Device(DEVICE_GPU).HostMemory("reduction_indices")',
  ),

  // Products
  BatchMatMulV2: {
    inputs: ["float", "float"],
    attributes: { ...T, adj_x: "any", adj_y: "any" },
    determinism: "always",
    source:
      "batch_matmul_op_real.cc, later matmul_op_real.cc: REGISTER_BATCH_MATMUL_GPU(float); cuBLAS on one stream",
  },
  Conv2D: {
    inputs: ["float", "float"],
    attributes: CONVOLUTION,
    determinism: "by_mode",
    source:
      'not read: conv_ops.cc: Name("Conv2D").Device(DEVICE_GPU).TypeConstraint<float>, any padding; cuda_dnn.cc: RequireCudnnDeterminism',
  },
  Conv2DBackpropInput: {
    inputs: ["host int32", "float", "float"],
    attributes: CONVOLUTION,
    determinism: "by_mode",
    source:
      'not read: conv_grad_input_ops.cc: Name("Conv2DBackpropInput").Device(DEVICE_GPU).HostMemory("input_sizes")',
  },
  Conv2DBackpropFilter: {
    inputs: ["float", "host int32", "float"],
    attributes: CONVOLUTION,
    determinism: "by_mode",
    source:
      'conv_grad_filter_ops.cc: Name("Conv2DBackpropFilter").Device(DEVICE_GPU).HostMemory("filter_sizes")',
  },
  BiasAdd: {
    inputs: ["float", "float"],
    attributes: { ...T, data_format: ["NHWC"] },
    determinism: "always",
    source: 'not read: bias_op.cc: Name("BiasAdd").Device(DEVICE_GPU)',
  },
  BiasAddGrad: {
    inputs: ["float"],
    attributes: { ...T, data_format: ["NHWC"] },
    determinism: "by_mode",
    source:
      'bias_op.cc: Name("BiasAddGrad").Device(DEVICE_GPU); atomic sums unless OpDeterminismRequired()',
  },

  // Pools and batch norm
  MaxPool: {
    inputs: ["float"],
    attributes: POOL,
    determinism: "always",
    source:
      "maxpooling_op.cc: MaxPoolingNoMaskOp<GPUDevice>, explicit padding by DnnPoolingOp; TF_ENABLE_MAXPOOL_NANPROP",
  },
  MaxPoolGrad: {
    inputs: ["float", "float", "float"],
    attributes: POOL,
    determinism: "by_mode",
    source:
      "not read: maxpooling_op.cc: MaxPoolingGradOp<GPUDevice>, DnnPoolingGradOp; cuda_dnn.cc: CUDNN_POOLING_MAX_DETERMINISTIC",
  },
  AvgPool: {
    inputs: ["float"],
    attributes: AVERAGE,
    determinism: "always",
    source: 'not read: avgpooling_op.cc: Name("AvgPool").Device(DEVICE_GPU); no explicit padding',
  },
  AvgPoolGrad: {
    inputs: ["host int32", "float"],
    attributes: AVERAGE,
    determinism: "always",
    source:
      'avgpooling_op.cc: Name("AvgPoolGrad").Device(DEVICE_GPU).HostMemory("orig_input_shape")',
  },
  FusedBatchNormV3: {
    inputs: ["float", "float", "float", "float", "float"],
    attributes: NORM,
    determinism: "always",
    refusal: refuseLargeBatch,
    source:
      'fused_batch_norm_op.cc: Name("FusedBatchNormV3").Device(DEVICE_GPU); as NCHW, cuDNN\'s spatial mode, not the persistent one',
  },
  FusedBatchNormGradV3: {
    inputs: ["float", "float", "float", "float", "float", "float"],
    attributes: NORM,
    determinism: "always",
    refusal: (shapes) =>
      shapes[5]!.length === 0
        ? refuseLargeBatch(shapes)
        : `reserve space 3 must be a scalar, or cuDNN takes it for one: it is of shape [${
          shapes[5]
        }]`,
    source: "fused_batch_norm_op.cc: FusedBatchNormGrad<GPUDevice>: reserve_space.dims() != 0",
  },

  // Movement
  Cast: {
    inputs: ["float|bool"],
    attributes: { SrcT: ["float", "bool"], DstT: ["float"], Truncate: [false] },
    determinism: "always",
    source: "not read: cast_op.cc: GpuCastOp, CURRY_TYPES2 of float and bool",
  },
  Reshape: moving(
    ["float", "host int32"],
    { Tshape: ["int32"] },
    'reshape_op.cc: Name("Reshape").Device(DEVICE_GPU).HostMemory("shape")',
  ),
  ExpandDims: {
    inputs: ["float", "host int32"],
    attributes: {},
    determinism: "always",
    source: 'shape_ops.cc: Name("ExpandDims").Device(DEVICE_GPU).HostMemory("dim")',
  },
  Transpose: moving(
    ["float", "host int32"],
    { Tperm: ["int32"] },
    'transpose_op.cc: Name("Transpose").Device(DEVICE_GPU).HostMemory("perm")',
  ),
  Tile: moving(
    ["float", "host int32"],
    { Tmultiples: ["int32"] },
    'tile_ops.cc: Name("Tile").Device(DEVICE_GPU).HostMemory("multiples")',
  ),
  Slice: moving(
    ["float", "host int32", "host int32"],
    { Index: ["int32"] },
    'slice_op.cc: Name("Slice").Device(DEVICE_GPU).HostMemory("begin").HostMemory("size")',
  ),
  SplitV: moving(
    ["float", "host int32", "host int32"],
    { Tlen: ["int32"], num_split: "any" },
    'split_v_op.cc: Name("SplitV").Device(DEVICE_GPU).HostMemory("size_splits").HostMemory("split_dim")',
  ),
  ConcatV2: moving(
    ["float...", "host int32"],
    { N: "any", Tidx: ["int32"] },
    'not read: concat_op.cc: Name("ConcatV2").Device(DEVICE_GPU).HostMemory("axis")',
  ),
  Pack: moving(
    ["float..."],
    { N: "any", axis: "any" },
    'not read: pack_op.cc: Name("Pack").Device(DEVICE_GPU)',
  ),
  Unpack: moving(
    ["float"],
    { num: "any", axis: "any" },
    'unpack_op.cc: Name("Unpack").Device(DEVICE_GPU)',
  ),
  PadV2: moving(
    ["float", "host int32", "host float"],
    { Tpaddings: ["int32"] },
    'not read: pad_op.cc: Name("PadV2").Device(DEVICE_GPU).HostMemory("paddings").HostMemory("constant_values")',
  ),
  Fill: moving(
    ["host int32", "float"],
    { index_type: ["int32"] },
    'constant_op.cc: Name("Fill").Device(DEVICE_GPU).HostMemory("dims")',
  ),
  ZerosLike: moving(["float"], {}, 'constant_op.cc: Name("ZerosLike").Device(DEVICE_GPU)'),

  // Variables: their values are in the GPU's memory, their handles in the host's
  VarHandleOp: {
    inputs: [],
    attributes: { dtype: ["float"], shape: "any", container: [""], shared_name: "any" },
    determinism: "always",
    source:
      'not read: resource_variable_ops.cc: Name("VarHandleOp").Device(DEVICE_GPU).HostMemory("resource")',
  },
  AssignVariableOp: {
    inputs: ["host resource", "float"],
    attributes: { dtype: ["float"] },
    determinism: "always",
    source:
      'not read: resource_variable_ops.cc: Name("AssignVariableOp").Device(DEVICE_GPU).HostMemory("resource")',
  },
  ReadVariableOp: {
    inputs: ["host resource"],
    attributes: { dtype: ["float"] },
    determinism: "always",
    source:
      'not read: resource_variable_ops.cc: Name("ReadVariableOp").Device(DEVICE_GPU).HostMemory("resource")',
  },
  DestroyResourceOp: {
    inputs: ["host resource"],
    attributes: { ignore_lookup_error: [false] },
    determinism: "always",
    source:
      'resource_variable_ops.cc: Name("DestroyResourceOp").Device(DEVICE_GPU).HostMemory("resource")',
  },
  ResourceApplyAdam: {
    inputs: [...Array(3).fill("host resource"), ...Array(7).fill("float")],
    attributes: { ...T, use_locking: "any", use_nesterov: "any" },
    determinism: "always",
    source:
      'not read: training_ops.cc: Name("ResourceApplyAdam").HostMemory("var").HostMemory("m").HostMemory("v").Device(DEVICE_GPU)',
  },
};
