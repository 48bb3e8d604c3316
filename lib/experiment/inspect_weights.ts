/** What a file of weights is, and how it fits a backbone. */

import { InputError } from "../errors.ts";
import type { Backbone } from "../model/backbone.ts";
import { findBackbone } from "../model/registry.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import { type FittedWeights, fitWeights } from "../model/weights/fit_weights.ts";
import { type KnownWeights, recognizeWeights } from "../model/weights/known_weights.ts";
import { readWeights, type WeightsFormat } from "../model/weights/read_weights.ts";
import { hashFile } from "../file/hash.ts";

/** A file of weights. */
export interface WeightsReport {
  readonly path: string;
  readonly format: WeightsFormat;
  /** SHA-256 of the file, hexadecimal. */
  readonly hash: string;
  readonly tensors: readonly NamedTensor[];
  /** Keys that lead to them in a checkpoint, joined by dots; empty for the whole file. */
  readonly stateKey: string;
  /** Keys of other networks in the file. */
  readonly otherStateKeys: readonly string[];
  /** Classes of objects beside them that nobody here knows, and that were left out. */
  readonly unknownNames: readonly string[];
  /** The published file that it is, or `null`. */
  readonly known: KnownWeights | null;
  /** How it fits a backbone, if one is named or known. */
  readonly fit: (FittedWeights & { readonly backbone: Backbone }) | null;
}

/**
 * Reads a file of weights and compares it with a backbone.
 *
 * @param options Registered name of the backbone (that of the published file, if it is one), and which network of the file.
 * @throws {InputError} If the file cannot be read, or has the name of a published file and other bytes.
 */
export async function inspectWeights(
  path: string,
  options: { readonly backboneName?: string; readonly stateKey?: string } = {},
): Promise<WeightsReport> {
  const content = await readWeights(path, options.stateKey);
  const hash = await hashFile(path, "read weights");
  const known = recognizeWeights(path, hash);
  const name = options.backboneName ?? known?.backbone;
  const backbone = name === undefined ? null : findBackbone(name);
  const fit = backbone && { ...fitWeights(backbone, content.tensors), backbone };
  return { ...content, path, hash, known, fit };
}

/**
 * Demands that a file fits its backbone.
 *
 * @throws {InputError} If it does not, or there is no backbone to fit.
 */
export function verifyWeights({ path, fit }: WeightsReport): void {
  if (!fit) {
    throw new InputError(
      `${path}: Cannot verify weights as they must be a published file, or --backbone must be given: neither is so`,
    );
  }
  if (fit.problems.length === 0) return;
  throw new InputError(
    `${path}: Cannot verify weights as they must be those of ${fit.backbone.name}: ` +
      fit.problems.join("; "),
  );
}
