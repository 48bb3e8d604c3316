/** A trained network that another program saved, such as the authors' `best_R1.pth`. */

import { InputError } from "../errors.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import type { Backbone } from "../model/backbone.ts";
import { createEmbedder, type Embedder } from "../model/embedder.ts";
import { BACKBONES } from "../model/registry.ts";
import { type FittedWeights, fitWeights } from "../model/weights/fit_weights.ts";
import { readWeights } from "../model/weights/read_weights.ts";

/** A network whose file says nothing but its tensors. */
export interface ForeignEmbedder {
  /** Its tensors belong to the caller, who disposes them. */
  readonly embedder: Embedder;
  /** Proxies [C, D] of the classes that it was trained on, or `null`. */
  readonly proxies: NamedTensor | null;
  /** Which of the file's networks it is, and the others. */
  readonly stateKey: string;
  readonly otherStateKeys: readonly string[];
}

/**
 * Creates the network that a file of tensors holds: the backbone whose tensors they are, and its head.
 *
 * @throws {InputError} If the file cannot be read, fits no backbone, or has no head.
 */
export async function openForeignEmbedder(path: string): Promise<ForeignEmbedder> {
  const { tensors, stateKey, otherStateKeys } = await readWeights(path);
  const { backbone, fit } = findFittingBackbone(tensors, path);
  const embeddingSize = fit.head.find(({ name }) => name === "head.2.weight")?.shape[0];
  if (embeddingSize === undefined) {
    throw new InputError(
      `${path}: Cannot use weights as a head (LayerNorm, BatchNorm, Linear) must be among them: ` +
        `it is ${backbone.name} alone; --frozen ${backbone.name} scores its features`,
    );
  }
  const embedder = createEmbedder({ backbone, embeddingSize, seed: 0 });
  try {
    embedder.tensors.load([...fit.tensors, ...fit.head], { source: path });
  } catch (error) {
    embedder.dispose();
    throw error;
  }
  return { embedder, proxies: fit.proxies, stateKey, otherStateKeys };
}

function findFittingBackbone(
  tensors: readonly NamedTensor[],
  path: string,
): { readonly backbone: Backbone; readonly fit: FittedWeights } {
  const fits = BACKBONES.map((backbone) => ({ backbone, fit: fitWeights(backbone, tensors) }));
  const fitting = fits.find(({ fit }) => fit.problems.length === 0);
  if (fitting) return fitting;
  const withHead = fits.find(({ fit }) => fit.head.length > 0);
  throw new InputError(
    `${path}: Cannot use weights as they must be those of ${
      BACKBONES.map(({ name }) => name).join(", ")
    }: ` +
      (withHead
        ? `${withHead.backbone.name}: ${withHead.fit.problems.join("; ")}`
        : "they fit none"),
  );
}
