/** Reads tensors from a file of weights, whatever wrote it; what the file is, its bytes say. */

import { join } from "@std/path";
import { InputError } from "../../errors.ts";
import { doesExist } from "../../file/does_exist.ts";
import { METADATA_KEY, parseSafetensors } from "../../file/safetensors.ts";
import type { NamedTensor } from "../../file/named_tensor.ts";
import { ByteSource } from "../../file/byte_source.ts";
import { readBytes } from "../../file/read_file.ts";
import { findState } from "./find_state.ts";
import {
  readLegacyCheckpoint,
  readZipCheckpoint,
  UNPACKED_REMEDY,
} from "../../file/pytorch/read_pytorch.ts";
import { stripWrappers } from "./strip_wrappers.ts";
import { quoteText } from "../../file/quote_text.ts";

/** Kinds of files that can be read: safetensors, and `torch.save` since 1.6 and before. */
export type WeightsFormat = "safetensors" | "pytorch_zip" | "pytorch_legacy";

/** What a file of weights holds. */
export interface WeightsContent {
  readonly format: WeightsFormat;
  /** In the order of the file, in PyTorch's layout, as float32. */
  readonly tensors: NamedTensor[];
  /** Keys that lead to them in a checkpoint, joined by dots; empty for the whole file. */
  readonly stateKey: string;
  /** Keys of other networks in the file. */
  readonly otherStateKeys: readonly string[];
  /** Classes of objects beside them that nobody here knows, and that were left out. */
  readonly unknownNames: readonly string[];
}

const HEAD_BYTES = 9;
const ACTION = "read weights";

/**
 * Reads a file of weights. Memory stays near one copy of them.
 *
 * @param stateKey Which of several networks, as keys joined by dots. @default {the likeliest}
 * @throws {InputError} In one line, if the file is missing, truncated, damaged or of another kind, if a pickle in it names
 * what runs programs, or if a tensor holds a value that is not finite.
 */
export async function readWeights(path: string, stateKey?: string): Promise<WeightsContent> {
  await requireNoUnpacked(path);
  const format = detectFormat(path);
  const content = format === "safetensors"
    ? await readSafetensors(path, stateKey)
    : readPyTorch(path, format, stateKey);
  for (const tensor of content.tensors) {
    checkName(tensor, path);
    checkFinite(tensor, path);
  }
  return content;
}

/** A tensor of this name could not be written again. */
function checkName({ name }: NamedTensor, path: string): void {
  if (name !== METADATA_KEY) return;
  throw new InputError(
    `${path}: Cannot ${ACTION} as names of tensors must be those that safetensors can have: it is ${
      quoteText(name)
    }`,
  );
}

/** Which network of a file is taken, and which others there are. */
export type StateKeys = Pick<WeightsContent, "stateKey" | "otherStateKeys">;

/**
 * Finds out which network of a file `readWeights` takes, without reading its numbers.
 *
 * @throws {InputError} As `readWeights`, but for what is wrong with the numbers.
 */
export async function readStateKeys(path: string): Promise<StateKeys> {
  await requireNoUnpacked(path);
  const format = detectFormat(path);
  if (format === "safetensors") return { stateKey: "", otherStateKeys: [] };
  using source = ByteSource.open(path, ACTION);
  const { value } = format === "pytorch_zip"
    ? readZipCheckpoint(source)
    : readLegacyCheckpoint(source);
  const { key, otherKeys } = findState(value, path);
  return { stateKey: key, otherStateKeys: otherKeys };
}

/** A file of `torch.save` is a zip; some programs unpack those without being asked. */
async function requireNoUnpacked(path: string): Promise<void> {
  if (!await doesExist(join(path, "data.pkl")).catch(() => false)) return; // what is wrong, reading says
  throw new InputError(
    `${path}: Cannot ${ACTION} as it must be a whole file of torch.save: it is a folder that one was unpacked to; ` +
      UNPACKED_REMEDY,
  );
}

async function readSafetensors(path: string, stateKey?: string): Promise<WeightsContent> {
  if (stateKey !== undefined) {
    throw new InputError(
      `${path}: Cannot ${ACTION} as --state must be left out for safetensors, which hold one network: ` +
        `it is ${quoteText(stateKey)}`,
    );
  }
  const { tensors } = parseSafetensors(await readBytes(path, ACTION), path);
  const stripped = stripWrappers(new Map(tensors.map((tensor) => [tensor.name, tensor])));
  const named = Array.from(stripped, ([name, tensor]) => ({ ...tensor, name }));
  return {
    format: "safetensors",
    tensors: named,
    stateKey: "",
    otherStateKeys: [],
    unknownNames: [],
  };
}

/**
 * Tells what a file is by its first bytes.
 *
 * @throws {InputError} If it cannot be read, or is of no kind that is known.
 */
export function detectFormat(path: string): WeightsFormat {
  using source = ByteSource.open(path, ACTION);
  const head = source.copy(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const begins = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (begins(0x50, 0x4b, 0x03, 0x04)) return "pytorch_zip";
  if (begins(0x80) && head[1]! >= 2 && head[1]! <= 5) return "pytorch_legacy"; // a pickle's protocol
  if (head[8] === 0x7b) return "safetensors"; // "{" after the header's length
  const shown = Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  throw new InputError(
    `${path}: Cannot read weights as it must be a file of safetensors or torch.save: ` +
      (shown ? `it begins with the bytes ${shown}` : "it is empty"),
  );
}

function readPyTorch(
  path: string,
  format: "pytorch_zip" | "pytorch_legacy",
  stateKey?: string,
): WeightsContent {
  using source = ByteSource.open(path, ACTION);
  const { value, unknownNames, readTensor } = format === "pytorch_zip"
    ? readZipCheckpoint(source)
    : readLegacyCheckpoint(source);
  const { tensors, key, otherKeys } = findState(value, path, stateKey);
  const named = Array.from(stripWrappers(tensors), ([name, tensor]) => ({
    name,
    shape: tensor.shape,
    data: readTensor(name, tensor),
  }));
  return { format, tensors: named, stateKey: key, otherStateKeys: otherKeys, unknownNames };
}

function checkFinite({ name, data }: NamedTensor, path: string): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value - value === 0) continue; // NaN and infinities leave NaN
    throw new InputError(
      `${path}: Cannot read weights as every value must be finite: entry ${i} of ${
        quoteText(name)
      } is ${value}`,
    );
  }
}
