import { assertEquals } from "@std/assert";
import { createEmbedder } from "../../lib/model/embedder.ts";
import { findBackbone } from "../../lib/model/registry.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { trainedBackboneNames, trainedNames } from "../../lib/train/trained_names.ts";
import { smallConfig } from "../support/train_config.ts";

/** What `read` says of the network of a configuration. */
function withEmbedder<T>(
  config: TrainConfig,
  read: (embedder: ReturnType<typeof createEmbedder>) => T,
): T {
  const { backbone, embeddingSize, seed } = config;
  const embedder = createEmbedder({ backbone: findBackbone(backbone), embeddingSize, seed });
  try {
    return read(embedder);
  } finally {
    embedder.dispose();
  }
}

Deno.test("in warm-up the head alone learns, then the backbone and the head", () => {
  const config = smallConfig();
  withEmbedder(config, (embedder) => {
    const { headNames, backboneNames } = embedder;
    assertEquals(trainedNames(embedder, config, true), headNames);
    assertEquals(trainedNames(embedder, config, false), [...backboneNames, ...headNames]);
  });
});

Deno.test("by the published protocol, frozen batch norms without a warm-up never learn", () => {
  const config = smallConfig({ hasFrozenBatchNorm: true, warmupEpochCount: 0 });
  withEmbedder(config, (embedder) => {
    const names = trainedBackboneNames(embedder, config);
    const stopped = embedder.backboneNames.filter((name) => !names.includes(name));
    // A stem, three stages of one block of two convolutions, and two shortcuts: nine batch norms.
    assertEquals(stopped.length, 18);
    assertEquals(stopped.slice(0, 2), ["bn1.weight", "bn1.bias"]);
    assertEquals(stopped.every((name) => /(bn\d|downsample\.1)\.(weight|bias)$/.test(name)), true);
    assertEquals(names.every((name) => /conv\d\.weight$|downsample\.0\.weight$/.test(name)), true);
  });
});

Deno.test("scales and shifts learn after a warm-up, unfrozen, and by protocol corrected", () => {
  const changes: Partial<TrainConfig>[] = [
    { hasFrozenBatchNorm: true, warmupEpochCount: 1 },
    { hasFrozenBatchNorm: false, warmupEpochCount: 0 },
    { hasFrozenBatchNorm: true, warmupEpochCount: 0, protocol: "corrected" },
  ];
  for (const change of changes) {
    const config = smallConfig(change);
    withEmbedder(
      config,
      (embedder) => assertEquals(trainedBackboneNames(embedder, config), embedder.backboneNames),
    );
  }
});
