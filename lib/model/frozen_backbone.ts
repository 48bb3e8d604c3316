/** A backbone with pretrained weights and without a head: what its features find before any training. */

import { compileFunction } from "../backend/compile.ts";
import { inLowPrecision } from "../backend/ops/low_precision.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import { RandomStream } from "../random_stream.ts";
import type { Tensor2D, Tensor4D } from "../tensor.ts";
import type { Backbone } from "./backbone.ts";
import type { Embedder } from "./embedder.ts";
import { ZEROS } from "./initializer.ts";
import { createTensorStore } from "./tensor_store.ts";

/** Images to features; its embeddings are the features as they are, of any length. */
export interface FrozenBackbone extends Pick<Embedder, "embedEvaluation" | "keepTensors"> {
  /** Frees it. */
  dispose(): void;
}

/**
 * Creates a backbone that computes features alone.
 *
 * @param tensors Exactly those of the backbone, in PyTorch's layout.
 * @param source Where they came from; only used in errors.
 * @returns The caller disposes it.
 * @throws {InputError} If tensors are missing, unexpected, misshapen or not finite.
 */
export function createFrozenBackbone(
  backbone: Backbone,
  tensors: readonly NamedTensor[],
  source: string,
): FrozenBackbone {
  const empty = backbone.specs.map((spec) => ({ ...spec, init: ZEROS }));
  const store = createTensorStore(empty, RandomStream.named(0, "weights"));
  try {
    store.load(tensors, { source });
  } catch (error) {
    store.dispose();
    throw error;
  }
  const features = compileFunction(
    ([images]) => [
      inLowPrecision(
        images as Tensor4D,
        (x) => backbone.features(store, x, { batchNorm: "frozen" }),
      ),
    ],
    { name: "features", variables: store.variables() },
  );
  return {
    embedEvaluation: async (images) => (await features.runAside([images]))[0] as Tensor2D,
    keepTensors: (use) => features.keepVariables(use),
    dispose: () => {
      features.dispose();
      store.dispose();
    },
  };
}
