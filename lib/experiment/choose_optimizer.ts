/** What another optimizer brings with it. */

import type { OptimizerConfig, OptimizerName } from "../optim/optimizer_config.ts";

/**
 * The configuration with an optimizer in place of its own, set up as Peng et al.'s implementation does: gradients are
 * clipped under AdamW alone, and Adam has no decay. Settings that are given by name win over both.
 */
export function chooseOptimizer(name: OptimizerName, config: OptimizerConfig): OptimizerConfig {
  if (name === config.name || name === "adamw") return { ...config, name };
  const { clipValue: _, ...unclipped } = config;
  return { ...unclipped, name, weightDecay: name === "adam" ? 0 : config.weightDecay };
}
