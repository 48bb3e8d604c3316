/** What a network must offer to be trained here: its tensors, its input, and images to features. */

import type { ImagePreset } from "../image/preset.ts";
import type { BatchNormMode } from "./layers/layer_context.ts";
import { isParameter, type TensorSpec } from "./tensor_spec.ts";
import type { TensorStore } from "./tensor_store.ts";
import type { Tensor2D, Tensor4D } from "../tensor.ts";

/** How a forward pass treats the batch norms of a backbone. */
export interface FeatureMode {
  /** Which statistics the batch norms use. */
  readonly batchNorm: BatchNormMode;
}

/** An architecture, without weights: they live in a {@linkcode TensorStore}. */
export interface Backbone {
  /** Registered name, such as `resnet50`. */
  readonly name: string;
  /** Name in tables and pictures, such as `ResNet-50`. */
  readonly title: string;
  /** Whether its ops are `small`, so that one thread each for two runs is faster than two for one, or `large`: a run takes all cores. */
  readonly sizeClass: "small" | "large";
  /** F, the length of a feature. */
  readonly featureCount: number;
  /** Pixels of the square input that it was made for. */
  readonly inputSize: number;
  /** How images are prepared. */
  readonly preset: ImagePreset;
  /** Its tensors, in PyTorch's order. */
  readonly specs: readonly TensorSpec[];
  /** How the linear layer of the head begins: PyTorch's default, or an orthogonal weight and a zero bias. */
  readonly headInit: "default" | "orthogonal";
  /** Beginnings of tensor names in pretrained files that are no part of it: the classifiers. */
  readonly leftoverPrefixes: readonly string[];
  /**
   * Computes features, differentiable in the images and every parameter.
   *
   * @param tensors A store that holds at least `specs`.
   * @param images [B, H, W, 3], normalized by the preset.
   * @param mode `train` also moves the running statistics in `tensors`.
   * @returns [B, F]. The caller disposes it.
   */
  features(tensors: TensorStore, images: Tensor4D, mode: FeatureMode): Tensor2D;
}

/** Whether an architecture has batch norms, so that training can couple the images of a batch: its specs hold statistics. */
export function hasBatchNorm({ specs }: Backbone): boolean {
  return specs.some((spec) => !isParameter(spec));
}
