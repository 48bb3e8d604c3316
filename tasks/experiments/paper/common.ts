/** What the four datasets share. Source: the configuration of Peng et al.'s implementation, as METHOD states it. */

/** Every dataset's. */
export const PAPER_COMMON = {
  embeddingSize: 512,
  warmupEpochCount: 2,
  resizeSize: 256,
  inputSize: 224,
  lossParameters: { alpha: 32, margin: 0.1 },
} as const;

/** Every dataset's, without its rates. */
export const PAPER_OPTIMIZER = { name: "adamw", weightDecay: 1e-4, clipValue: 10 } as const;
