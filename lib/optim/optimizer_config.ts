/** The closed set of optimizers, and what configures one. Plain JSON. */

/** Names of the optimizers. */
export const OPTIMIZER_NAMES = ["adamw", "adam", "rmsprop"] as const;
/** One of the optimizers. */
export type OptimizerName = typeof OPTIMIZER_NAMES[number];

/** How both optimizers of a run (network, proxies) are set up. */
export interface OptimizerConfig {
  /** Which update rule. */
  readonly name: OptimizerName;
  /** Base rate of backbone and head. */
  readonly learningRate: number;
  /** Rate of the proxies over the base rate. */
  readonly proxyLearningRateMultiplier: number;
  /** Decay of every parameter that has a gradient; decoupled in AdamW, a part of the gradient in the others. */
  readonly weightDecay: number;
  /** Gradients of the network are clipped to [-clipValue, clipValue]; those of the proxies never are. @default not clipped */
  readonly clipValue?: number;
}
