/** The closed set of losses and what configures one. */

/** Names of the losses, in the order of tables. */
export const LOSS_NAMES = ["proxy_an", "proxy_anchor", "proxy_nca"] as const;
/** One of the losses. */
export type LossName = typeof LOSS_NAMES[number];

/** A loss and its hyperparameters. */
export interface LossConfig {
  /** Which loss. */
  readonly name: LossName;
  /** Margin δ, in cosine units. No part of `proxy_nca`. */
  readonly margin: number;
  /** Scale α of the exponent. No part of `proxy_nca`. */
  readonly alpha: number;
}
