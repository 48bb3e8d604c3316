/** Which of the network's parameters learn. */

import type { Embedder } from "../model/embedder.ts";
import { findBackbone } from "../model/registry.ts";
import type { TrainConfig } from "./config.ts";

/** Names of the network's parameters that learn: the head alone during warm-up, then the backbone's, too. */
export function trainedNames(
  embedder: Embedder,
  config: TrainConfig,
  isWarmup: boolean,
): readonly string[] {
  const { headNames } = embedder;
  return isWarmup ? headNames : [...trainedBackboneNames(embedder, config), ...headNames];
}

/**
 * Names of the backbone's parameters that learn after the warm-up: all of them, with one exception.
 *
 * The authors' code stops the gradients of frozen batch norms at the start and allows them at the end of the warm-up. So
 * by protocol `published` their scales and shifts never learn if there is no warm-up.
 */
export function trainedBackboneNames(
  embedder: Embedder,
  { backbone, protocol, hasFrozenBatchNorm, warmupEpochCount }: TrainConfig,
): readonly string[] {
  if (protocol !== "published" || !hasFrozenBatchNorm || warmupEpochCount > 0) {
    return embedder.backboneNames;
  }
  const norms = findBackbone(backbone).specs.filter(({ role }) => role === "running_mean")
    .map(({ name }) => name.replace(/running_mean$/, ""));
  const stopped = new Set(norms.flatMap((norm) => [`${norm}weight`, `${norm}bias`]));
  return embedder.backboneNames.filter((name) => !stopped.has(name));
}
