/**
 * A residual network for miniatures: 32 x 32 pixels, three stages of one basic block, about 3 million multiply-adds per
 * image, so that a run takes seconds on one core. It has every part that freezing and warm-up act on.
 */

import { IMAGENET_PRESET } from "../image/preset.ts";
import type { Backbone } from "./backbone.ts";
import {
  layOutResidualNetwork,
  residualFeatures,
  residualNetworkSpecs,
  type ResidualTable,
} from "./residual_network.ts";

const TABLE: ResidualTable = {
  stem: { kernelSize: 3, outputCount: 16 }, // 32 -> 16 px
  block: [
    { kernelSize: 3, expansion: 1, hasStride: true },
    { kernelSize: 3, expansion: 1, hasStride: false },
  ],
  stages: [
    { name: "layer1", blockCount: 1, width: 16, stride: 1 }, // 16 px
    { name: "layer2", blockCount: 1, width: 32, stride: 2 }, // 8 px
    { name: "layer3", blockCount: 1, width: 64, stride: 2 }, // 4 px
  ],
};

const NETWORK = layOutResidualNetwork(TABLE);
const INPUT_SIZE = 32;

/** The miniature residual network, F = 64. */
export const RESNET_MINI: Backbone = {
  name: "resnet_mini",
  title: "ResNet-mini",
  sizeClass: "small",
  featureCount: 64,
  inputSize: INPUT_SIZE,
  preset: { ...IMAGENET_PRESET, resizeSize: 36, inputSize: INPUT_SIZE },
  specs: residualNetworkSpecs(NETWORK),
  headInit: "default",
  leftoverPrefixes: [],
  features: (tensors, images, mode) => residualFeatures(NETWORK, tensors, images, mode),
};
