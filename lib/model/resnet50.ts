/** ResNet-50 as torchvision has it, F = 2048. */

import { IMAGENET_PRESET } from "../image/preset.ts";
import type { Backbone } from "./backbone.ts";
import {
  layOutResidualNetwork,
  residualFeatures,
  residualNetworkSpecs,
  type ResidualTable,
} from "./residual_network.ts";

const TABLE: ResidualTable = {
  stem: { kernelSize: 7, outputCount: 64 }, // 224 -> 112 px
  stemPool: { kernelSize: 3, stride: 2, pad: 1, isCeil: false }, // 56 px
  block: [
    { kernelSize: 1, expansion: 1, hasStride: false },
    { kernelSize: 3, expansion: 1, hasStride: true },
    { kernelSize: 1, expansion: 4, hasStride: false },
  ],
  stages: [
    { name: "layer1", blockCount: 3, width: 64, stride: 1 }, // 56 px
    { name: "layer2", blockCount: 4, width: 128, stride: 2 }, // 28 px
    { name: "layer3", blockCount: 6, width: 256, stride: 2 }, // 14 px
    { name: "layer4", blockCount: 3, width: 512, stride: 2 }, // 7 px
  ],
};

const NETWORK = layOutResidualNetwork(TABLE);

/** ResNet-50; loads torchvision's weights. */
export const RESNET50: Backbone = {
  name: "resnet50",
  title: "ResNet-50",
  sizeClass: "large",
  featureCount: 2048,
  inputSize: IMAGENET_PRESET.inputSize,
  preset: IMAGENET_PRESET,
  specs: residualNetworkSpecs(NETWORK),
  headInit: "default",
  leftoverPrefixes: ["fc."],
  features: (tensors, images, mode) => residualFeatures(NETWORK, tensors, images, mode),
};
