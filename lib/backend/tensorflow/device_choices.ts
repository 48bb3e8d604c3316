/** Which way backend `tensorflow` goes on which kind of device: every such choice, in one place. */

import type { DeviceKind, Precision } from "../backend.ts";
import { DATA_TYPES } from "./library/codes.ts";

/** The choices of one kind of device. */
export interface DeviceChoices {
  /**
   * Whether a convolution, its bias and a ReLU are one op, `_FusedConv2D`.
   *
   * oneDNN has it. On a GPU TensorFlow refuses it without an activation, moves float tensors to NCHW and back at each call, and
   * its ReLU may turn NaN into 0. Source: `tensorflow/core/kernels/conv_ops_fused_impl.h`.
   */
  readonly hasFusedConvolution: boolean;
  /** Whether they, and a residual, are one op in a region of bfloat16; see kernels/fused_convolution.ts. */
  readonly hasLowConvolution: boolean;
  /**
   * Whether a matrix product, its bias and a ReLU are one op in compiled functions, `_FusedMatMul`: oneDNN has it, in bfloat16 too.
   */
  readonly hasFusedProduct: boolean;
  /**
   * Whether the gradient of a filter of one pixel is a matrix product: in bfloat16 oneDNN's products were measured at 1.3 to 2.9
   * times the speed of its convolutions' filter gradients, in float32 at 0.5 to 1.1.
   */
  readonly hasProductFilterGradient: boolean;
  /**
   * Whether convolutions of filters of one pixel, and both their gradients, are matrix products.
   *
   * oneDNN's convolutions of one pixel divide by what the processor tells of its caches: where it tells nothing, as in some
   * virtual machines, some shapes end the process with "Floating point exception" (256 channels to 1,024 in TensorFlow 2.21).
   * Source: `est_eff_1x1` in `src/cpu/x64/jit_brgemm_conv_utils.cpp` of oneDNN.
   */
  readonly hasPointwiseProducts: boolean;
  /**
   * Whether a linear layer with GELU, and a layer norm, are one op each of oneDNN's in compiled functions, where no gradient is
   * asked for: as several they took 1.3 and 2.1 times as long. See check_fused_layers.ts and kernels/fused_layers.ts.
   */
  readonly hasFusedLayers: boolean;
  /**
   * Whether XLA makes one loop of several ops in compiled functions; see kernels/fused.ts. By themselves, at DeiT-S's shapes, GELU and
   * its gradient took 0.4, an update of AdamW 0.5 and a layer norm's gradient 0.7 of the time of their ops.
   */
  readonly hasXla: boolean;
  /**
   * Whether explicit padding of pools and of gradients is an op of its own.
   *
   * oneDNN's kernels know none, and TensorFlow's others take up to three times as long; cuDNN's do.
   */
  readonly isPaddedApart: boolean;
  /**
   * Whether batch norm sees [B, H, W, C] as B H W images of one pixel.
   *
   * cuDNN takes at most 880,801 images, and SOP's stem has 1,003,520 pixels. Source of the bound:
   * `aten/src/ATen/native/Normalization.cpp` of PyTorch.
   */
  readonly isNormalizedByRows: boolean;
  /**
   * What the gradient of batch norm takes from the forward pass: the variance, or 1 / sqrt(variance + ε), as cuDNN keeps it.
   * Source: `tensorflow/core/kernels/fused_batch_norm_op.cc`.
   */
  readonly batchNormReserve: "variance" | "inverse_deviation";
  /**
   * Shape of a third reserve space with nothing in it. On a GPU only a scalar means that there is none. Source:
   * `reserve_space.dims() != 0` in the same file.
   */
  readonly emptyReserveShape: readonly number[];
  /** Types of tensors that stay in the host's memory, where the device's kernels expect them. */
  readonly hostTypes: readonly number[];
  /**
   * Whether TensorFlow's optimizer of graphs, grappler, rewrites functions before they first run: all of it but the remapper, which
   * on a GPU would make the fused convolution again. On a CPU it was measured to change nothing for the better, at seconds for a
   * large function. Source: `tensorflow/core/grappler/optimizers/remapper.cc`.
   */
  readonly isOptimized: boolean;
  /** Whether values are waited for on another thread: a queue of ops may come before them. */
  readonly isReadAside: boolean;
}

/** The choices by kind of device. */
export const DEVICE_CHOICES: Readonly<Record<DeviceKind, DeviceChoices>> = {
  cpu: {
    hasFusedConvolution: true,
    hasLowConvolution: false,
    hasFusedProduct: true,
    hasProductFilterGradient: false,
    hasPointwiseProducts: false,
    hasFusedLayers: true,
    hasXla: true,
    isPaddedApart: true,
    isNormalizedByRows: true,
    batchNormReserve: "variance",
    emptyReserveShape: [0],
    hostTypes: Object.values(DATA_TYPES), // the device's memory is the host's
    isOptimized: false,
    isReadAside: false,
  },
  gpu: {
    hasFusedConvolution: false,
    hasLowConvolution: false,
    hasFusedProduct: false,
    hasProductFilterGradient: false,
    hasPointwiseProducts: false,
    hasFusedLayers: false,
    hasXla: false,
    isPaddedApart: false,
    isNormalizedByRows: false,
    batchNormReserve: "inverse_deviation",
    emptyReserveShape: [],
    hostTypes: [DATA_TYPES.TF_INT32, DATA_TYPES.TF_STRING],
    isOptimized: true,
    isReadAside: true,
  },
};

/**
 * The choices of a kind of device at a precision. `_FusedConv2D` knows no bfloat16.
 *
 * @param areCachesTold Whether the processor tells the sizes of its caches.
 */
export function choicesOf(
  kind: DeviceKind,
  precision: Precision,
  areCachesTold: boolean,
): DeviceChoices {
  const hasPointwiseProducts = kind === "cpu" && !areCachesTold;
  const choices = { ...DEVICE_CHOICES[kind], hasPointwiseProducts };
  if (precision !== "bfloat16") return choices;
  return {
    ...choices,
    hasFusedConvolution: false,
    hasLowConvolution: true,
    hasProductFilterGradient: true,
    hasFusedLayers: false, // their ops would leave the region of bfloat16
  };
}
