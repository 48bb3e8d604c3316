/** Pretrained backbone weights: found, hashed and read. */

import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";
import { parseSafetensors } from "../model/safetensors.ts";
import type { NamedTensor } from "../model/tensor_store.ts";

/**
 * Reads a file of backbone weights.
 *
 * @param path File, or `null` for random initialization.
 * @throws {InputError} If the file is missing or damaged.
 */
export async function readPretrained(path: string | null): Promise<readonly NamedTensor[] | null> {
  return path === null ? null : parseSafetensors(await readWeightsFile(path), path).tensors;
}

/** SHA-256 (hexadecimal) of a file of weights, for the configuration; `null` for none. */
export async function hashPretrained(path: string | null): Promise<string | null> {
  if (path === null) return null;
  return createHash("sha256").update(await readWeightsFile(path)).digest("hex");
}

async function readWeightsFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError(`${path}: Cannot read weights as the file must exist`);
  }
}
