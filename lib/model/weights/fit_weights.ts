/** From the tensors of a file to those of a backbone: classifiers dropped, old shapes brought up to date, all checked. */

import { InputError } from "../../errors.ts";
import type { Backbone } from "../backbone.ts";
import { withoutLeftovers } from "../embedder.ts";
import type { NamedTensor } from "../../file/named_tensor.ts";
import { describeMismatch } from "../tensor_store.ts";
import { defaultWeightsOf } from "./known_weights.ts";
import { splitNetwork } from "./split_network.ts";

/** Tensors of a file, seen from a backbone. */
export interface FittedWeights {
  /** Those of the backbone, and any that belong to none of the parts. */
  readonly tensors: NamedTensor[];
  /** The head of a network that was trained, by the names of `headSpecs`; empty if there is none. */
  readonly head: readonly NamedTensor[];
  /** Its proxies [C, D], or `null`. */
  readonly proxies: NamedTensor | null;
  /** Names of the classifiers' tensors and batch counters, which pretrained files have and nobody needs. */
  readonly leftovers: readonly string[];
  /** What is missing, unexpected, misshapen or not finite, the first ten of each; empty if they fit. */
  readonly problems: readonly string[];
}

/** Compares the tensors of a file with those of a backbone, strictly; a head and proxies of its own size may be there, too. */
export function fitWeights(backbone: Backbone, tensors: readonly NamedTensor[]): FittedWeights {
  const parts = splitNetwork(backbone, tensors);
  const candidates = [...parts.backbone, ...parts.others];
  const needed = withoutLeftovers(backbone, candidates);
  const kept = new Set(needed.map(({ name }) => name));
  const leftovers = candidates.map(({ name }) => name).filter((name) => !kept.has(name));
  const shapes = new Map(backbone.specs.map(({ name, shape }) => [name, shape]));
  const fitted = needed.map((tensor) => dropLeadingOne(tensor, shapes.get(tensor.name)));
  const given = new Map(fitted.map((tensor) => [tensor.name, tensor]));
  return {
    tensors: fitted,
    head: parts.head,
    proxies: parts.proxies,
    leftovers,
    problems: describeMismatch(backbone.specs, given, true),
  };
}

/**
 * The same, for files that must fit.
 *
 * @param path Where the tensors came from; only used in errors.
 * @returns Those of the backbone: training makes a head and proxies of its own.
 * @throws {InputError} If they do not; the message says where a file that does comes from.
 */
export function requireFit(
  backbone: Backbone,
  tensors: readonly NamedTensor[],
  path: string,
): NamedTensor[] {
  const { tensors: fitted, problems } = fitWeights(backbone, tensors);
  if (problems.length === 0) return fitted;
  const known = defaultWeightsOf(backbone.name);
  throw new InputError(
    `${path}: Cannot load weights as they must be those of ${backbone.name}: ${
      problems.join("; ")
    }` +
      (known ? `; ${known.fileName} from ${known.url} fits` : ""),
  );
}

/** BN-Inception's file was made when batch norms were [1, C]. */
function dropLeadingOne(tensor: NamedTensor, shape: readonly number[] | undefined): NamedTensor {
  const isOlder = shape?.length === 1 && tensor.shape.length === 2 && tensor.shape[0] === 1 &&
    tensor.shape[1] === shape[0];
  return isOlder ? { ...tensor, shape } : tensor;
}
