/** All our kernels of backend `tensorflow`. */

import { registerAdamwUpdate } from "./adamw_update.ts";
import { registerBatchNormTrain, registerBatchNormTrainGrad } from "./batch_norm_train.ts";
import { registerBiasGrad } from "./bias_grad.ts";
import { registerConv2D } from "./conv2d.ts";
import { registerConv2DBackpropFilter } from "./conv2d_backprop_filter.ts";
import { registerConv2DBackpropInput } from "./conv2d_backprop_input.ts";
import { registerConvBiasRelu, registerFusedConv2D } from "./conv_bias_relu.ts";
import { registerFused } from "./fused.ts";
import { registerFusedLayers } from "./fused_layers.ts";
import { registerMaxPool, registerMaxPoolGrad } from "./max_pool.ts";
import { registerReluGrad } from "./relu_grad.ts";

/** Registers them, in place of tfjs-node's where it has one. tfjs-node's must be registered. */
export function registerKernels(): void {
  registerConv2D();
  registerConv2DBackpropInput();
  registerConv2DBackpropFilter();
  registerFusedConv2D();
  registerConvBiasRelu();
  registerReluGrad();
  registerBiasGrad();
  registerMaxPool();
  registerMaxPoolGrad();
  registerBatchNormTrain();
  registerBatchNormTrainGrad();
  registerAdamwUpdate();
  registerFusedLayers();
  registerFused();
}
