/** Weights of a trained network in one file: tensors with PyTorch's names, and the configuration that made them. */

import { writeFileAtomic } from "../file/atomic_write.ts";
import { quoteText } from "../file/quote_text.ts";
import { readBytes } from "../file/read_file.ts";
import { detectFormat } from "../model/weights/read_weights.ts";
import { InputError } from "../errors.ts";
import { hashBytes } from "../file/hash.ts";
import type { Embedder } from "../model/embedder.ts";
import { formatSafetensors, parseSafetensors } from "../file/safetensors.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import type { TrainConfig } from "../train/config.ts";
import { formatRunId } from "../train/run_id.ts";
import { type Selection, SELECTIONS } from "../train/selection.ts";

const ACTION = "read checkpoint";

/** What a weights file holds. */
export interface StoredWeights {
  readonly config: TrainConfig;
  /** Epochs trained. */
  readonly epoch: number;
  /** Why they were kept. */
  readonly selection: Selection;
  /** Backbone and head. */
  readonly tensors: readonly NamedTensor[];
}

/**
 * Writes the network as it is now.
 *
 * @returns SHA-256 (hexadecimal) of the file.
 */
export async function writeStoredWeights(
  path: string,
  embedder: Embedder,
  { config, epoch, selection }: Omit<StoredWeights, "tensors">,
): Promise<string> {
  const tensors = await embedder.tensors.export();
  const metadata = {
    run: formatRunId(config),
    epoch: String(epoch),
    selection,
    config: JSON.stringify(config),
  };
  const bytes = formatSafetensors(tensors, metadata);
  await writeFileAtomic(path, bytes);
  return hashBytes(bytes);
}

/** Whether a file is one of `writeStoredWeights`; anything else is weights without a run. */
export async function isStoredWeights(path: string): Promise<boolean> {
  if (detectFormat(path) !== "safetensors") return false;
  const { metadata } = parseSafetensors(await readBytes(path, ACTION), path);
  return metadata["config"] !== undefined;
}

/**
 * Reads a weights file.
 *
 * @throws {InputError} If the file is missing, damaged or not written by `writeStoredWeights`.
 */
export async function readStoredWeights(path: string): Promise<StoredWeights> {
  if (detectFormat(path) !== "safetensors") failForeign(path, []);
  const { tensors, metadata } = parseSafetensors(await readBytes(path, ACTION), path);
  const { run, config, epoch, selection: kept } = metadata;
  const selection = SELECTIONS.find((name) => name === kept);
  if (config === undefined || epoch === undefined || selection === undefined) {
    failForeign(path, Object.keys(metadata));
  }
  return { config: parseConfig(config, run, path), epoch: Number(epoch), selection, tensors };
}

/** The configuration; its hash is a part of the run's id beside it. */
function parseConfig(text: string, run: string | undefined, path: string): TrainConfig {
  let config: TrainConfig | null = null;
  try {
    config = JSON.parse(text);
    if (formatRunId(config!) === run) return config!;
  } catch {
    // told below
  }
  throw new InputError(
    `${path}: Cannot ${ACTION} as its metadata must hold the configuration of run ${
      quoteText(run ?? "without a name")
    }: ${config === null ? "it is damaged" : "it is another"}; take a whole copy of the file`,
  );
}

function failForeign(path: string, names: readonly string[]): never {
  throw new InputError(
    `${path}: Cannot evaluate checkpoint as its metadata must hold the configuration of its run: ` +
      `it holds ${
        names.join(", ") || "nothing"
      }; weights that were made elsewhere are scored by eval --checkpoint FILE --dataset NAME`,
  );
}
