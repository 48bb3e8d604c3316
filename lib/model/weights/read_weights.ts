/** Reads tensors from a file of weights, whatever wrote it; what the file is, its bytes say. */

import { InputError } from "../../errors.ts";
import { parseSafetensors } from "../../file/safetensors.ts";
import type { NamedTensor } from "../../file/named_tensor.ts";
import { ByteSource } from "../../file/byte_source.ts";
import { readBytes } from "../../file/read_file.ts";
import { findState } from "./find_state.ts";
import { readLegacyCheckpoint, readZipCheckpoint } from "../../file/pytorch/read_pytorch.ts";
import { quoteText } from "../../file/quote_text.ts";

/** Kinds of files that can be read: safetensors, and `torch.save` since 1.6 and before. */
export type WeightsFormat = "safetensors" | "pytorch_zip" | "pytorch_legacy";

/** What a file of weights holds. */
export interface WeightsContent {
  readonly format: WeightsFormat;
  /** In the order of the file, in PyTorch's layout, as float32. */
  readonly tensors: NamedTensor[];
}

const HEAD_BYTES = 9;
const ACTION = "read weights";

/**
 * Reads a file of weights. Memory stays near one copy of them.
 *
 * @throws {InputError} In one line, if the file is missing, truncated, damaged or of another kind, if a pickle in it names
 * anything but tensors and containers, or if a tensor holds a value that is not finite.
 */
export async function readWeights(path: string): Promise<WeightsContent> {
  const format = detectFormat(path);
  const tensors = format === "safetensors"
    ? parseSafetensors(await readBytes(path, ACTION), path).tensors
    : readPyTorch(path, format);
  for (const tensor of tensors) checkFinite(tensor, path);
  return { format, tensors };
}

function detectFormat(path: string): WeightsFormat {
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

function readPyTorch(path: string, format: "pytorch_zip" | "pytorch_legacy"): NamedTensor[] {
  using source = ByteSource.open(path, ACTION);
  const { value, readTensor } = format === "pytorch_zip"
    ? readZipCheckpoint(source)
    : readLegacyCheckpoint(source);
  return Array.from(findState(value, path), ([name, tensor]) => ({
    name,
    shape: tensor.shape,
    data: readTensor(name, tensor),
  }));
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
