/** The two hyperparameters that Proxy-AN and Proxy-Anchor share. */

import type { LossParameter } from "./loss_definition.ts";

const SCALE: LossParameter<"alpha"> = {
  name: "alpha",
  symbol: "α",
  about: "Scale of the exponent",
  default: 32,
  range: { minimum: 0, isMinimumExcluded: true },
};

const MARGIN: LossParameter<"margin"> = {
  name: "margin",
  symbol: "δ",
  about: "Margin in cosine units",
  default: 0.1,
  range: { minimum: 0, maximum: 1 },
};

/** Scale α and margin δ. */
export const SCALE_AND_MARGIN: readonly LossParameter<"alpha" | "margin">[] = [SCALE, MARGIN];
