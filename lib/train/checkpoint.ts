/**
 * Checkpoints: everything that a run needs to go on exactly where it stood.
 *
 * A checkpoint is a safetensors file (weights, statistics, proxies, optimizer moments) and a JSON file (configuration,
 * sampler, step counts, history). The JSON names the tensors by file and hash and is renamed into place last, so it is
 * the moment at which a checkpoint exists: whatever interrupts a write, the earlier pair stays whole.
 */

import { join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { InputError } from "../errors.ts";
import { hashBytes } from "../file/hash.ts";
import { readBytesIfThere, readTextIfThere } from "../file/read_file.ts";
import { formatSafetensors, parseSafetensors } from "../file/safetensors.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import type { SamplerState } from "../sampling/sampler_state.ts";
import type { TrainConfig } from "./config.ts";
import { formatRunId } from "./run_id.ts";
import type { RunIdentity } from "./run_identity.ts";

/** Raised whenever an older checkpoint can no longer be continued. */
const FORMAT_VERSION = 4;
const STATE_FILE = "checkpoint.json";

/** What a checkpoint holds beside tensors. Plain JSON; H is one evaluated epoch. */
export interface CheckpointState<H> {
  readonly config: TrainConfig;
  /** Epochs completed. */
  readonly epoch: number;
  readonly sampler: SamplerState;
  /** Updates made so far, per parameter, of each optimizer. */
  readonly networkSteps: Readonly<Record<string, number>>;
  readonly proxySteps: Readonly<Record<string, number>>;
  readonly history: readonly H[];
  /** SHA-256 by name of the files that the run has made so far and that its end will report. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** What trained; anything else would not continue to the same bits. */
  readonly identity: RunIdentity;
}

/** A whole checkpoint. */
export interface Checkpoint<H> {
  readonly state: CheckpointState<H>;
  /** Prefixed: `network/`, `proxies`, `network_optimizer/`, `proxy_optimizer/`. */
  readonly tensors: readonly NamedTensor[];
}

interface StoredState<H> extends CheckpointState<H> {
  readonly formatVersion: number;
  readonly tensorsFile: string;
  readonly tensorsSha256: string;
  /** Of everything above, as {@linkcode hashState} has it. */
  readonly stateSha256: string;
}

const STATE_FIELDS = [
  "config",
  "epoch",
  "sampler",
  "networkSteps",
  "proxySteps",
  "history",
  "artifacts",
  "identity",
  "tensorsFile",
  "tensorsSha256",
  "stateSha256",
] as const satisfies readonly (keyof StoredState<unknown>)[];

/**
 * Writes a checkpoint, then removes the tensors of the one before.
 *
 * @param folder Folder of the run; must exist.
 * @throws {InputError} If the folder cannot be written.
 */
export async function writeCheckpoint<H>(folder: string, checkpoint: Checkpoint<H>): Promise<void> {
  const { state, tensors } = checkpoint;
  const bytes = formatSafetensors(tensors, { run: formatRunId(state.config) });
  const unsealed = {
    ...state,
    formatVersion: FORMAT_VERSION,
    tensorsFile: `checkpoint-${String(state.epoch).padStart(4, "0")}.safetensors`,
    tensorsSha256: hashBytes(bytes),
  };
  const stored: StoredState<H> = { ...unsealed, stateSha256: hashState(unsealed) };
  await writeFileAtomic(join(folder, stored.tensorsFile), bytes);
  await writeFileAtomic(join(folder, STATE_FILE), stringifyState(stored));
  for await (const entry of Deno.readDir(folder)) {
    const isEarlier = /^checkpoint-\d+\.safetensors$/.test(entry.name);
    if (isEarlier && entry.name !== stored.tensorsFile) await Deno.remove(join(folder, entry.name));
  }
}

/**
 * Reads the checkpoint of a run.
 *
 * @param config Configuration that the checkpoint must be of; any, if left out.
 * @returns The checkpoint, or `null` if the folder has none.
 * @throws {InputError} If it is damaged, of another version or of another configuration.
 */
export async function readCheckpoint<H>(
  folder: string,
  config?: TrainConfig,
): Promise<Checkpoint<H> | null> {
  const path = join(folder, STATE_FILE);
  const stored = await readCheckpointState<H>(folder);
  if (stored === null) return null;
  if (config && formatRunId(stored.config) !== formatRunId(config)) {
    throw new InputError(
      `${path}: Cannot resume as the checkpoint must be of run ${formatRunId(config)}: ` +
        `it is of ${formatRunId(stored.config)}; remove the folder to start the run again`,
    );
  }
  const tensorsPath = join(folder, stored.tensorsFile);
  const bytes = await readTensors(tensorsPath, path);
  if (hashBytes(bytes) !== stored.tensorsSha256) {
    throw new InputError(
      `${tensorsPath}: Cannot read checkpoint as its SHA-256 must be ${stored.tensorsSha256}: ` +
        `it is ${hashBytes(bytes)}; remove ${path} to start the run again`,
    );
  }
  const {
    formatVersion: _version,
    tensorsFile: _file,
    tensorsSha256: _tensorsHash,
    stateSha256: _stateHash,
    ...state
  } = stored;
  return { state, tensors: parseSafetensors(bytes, tensorsPath).tensors };
}

/**
 * Reads a checkpoint without its tensors, for who looks how far a run has come.
 *
 * @returns `null` if the folder has none.
 * @throws {InputError} If it is damaged or of another version.
 */
export async function readCheckpointState<H>(folder: string): Promise<StoredState<H> | null> {
  const path = join(folder, STATE_FILE);
  const text = await readTextIfThere(path, "read checkpoint");
  return text === null ? null : parseState<H>(text, path);
}

function parseState<H>(text: string, path: string): StoredState<H> {
  const fail = (rule: string): never => {
    throw new InputError(
      `${path}: Cannot read checkpoint as ${rule}; remove the folder to start the run again`,
    );
  };
  let stored: Partial<StoredState<H>>;
  try {
    stored = Object(JSON.parse(text, (_key, value) => value === "NaN" ? NaN : value));
  } catch (error) {
    return fail(`it must be JSON: ${(error as Error).message}`);
  }
  if (stored.formatVersion !== FORMAT_VERSION) {
    fail(`its formatVersion must be ${FORMAT_VERSION}: it is ${stored.formatVersion}`);
  }
  const missing = STATE_FIELDS.find((name) => stored[name] === undefined || stored[name] === null);
  if (missing) fail(`it must have ${missing}: it has none`);
  if (!/^checkpoint-\d+\.safetensors$/.test(stored.tensorsFile!)) {
    fail(`its tensors must be beside it: they are in ${JSON.stringify(stored.tensorsFile)}`);
  }
  const { stateSha256, ...unsealed } = stored;
  if (hashState(unsealed) !== stateSha256) {
    fail(`its values must be those that the run wrote: their SHA-256 is not ${stateSha256}`);
  }
  return stored as StoredState<H>;
}

/** SHA-256 of a state's JSON, whose order of fields is that of writing. */
function hashState(unsealed: unknown): string {
  return hashBytes(stringifyState(unsealed));
}

/** JSON has no NaN, which protocol `published` may record for MAP@R. */
function stringifyState(state: unknown): string {
  return JSON.stringify(state, (_key, value) => Number.isNaN(value) ? "NaN" : value, 1) + "\n";
}

async function readTensors(path: string, statePath: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytesIfThere(path, "read checkpoint");
  if (bytes) return bytes;
  throw new InputError(
    `${path}: Cannot read checkpoint as the file must exist: remove ${statePath} to start the run again`,
  );
}
