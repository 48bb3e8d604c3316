/** JPEG files by TensorFlow's op, which decodes no row that is not wanted. */

import type { ImagePart } from "../../file/image/jpeg_decoder.ts";
import type { TensorflowBinding } from "./eager/binding.ts";
import type { TensorMetadata } from "./eager/tensor_metadata.ts";
import { boolAttribute, intAttribute, stringAttribute } from "./library/attributes.ts";
import type { CSymbols } from "./library/c_symbols.ts";
import { DATA_TYPES } from "./library/codes.ts";

const CHANNEL_COUNT = 3;
/** As Pillow and sharp decode. */
const ATTRIBUTES = [
  intAttribute("channels", CHANNEL_COUNT),
  intAttribute("ratio", 1),
  boolAttribute("fancy_upscaling", true),
  boolAttribute("try_recover_truncated", false),
  stringAttribute("dct_method", "INTEGER_ACCURATE"),
];

/**
 * Decodes a part; see `JpegDecoder`. Whole rows are decoded, as the op's last column of fewer may have colors that are not
 * those of the whole: it knows none to the right of it.
 *
 * @throws {Error} With TensorFlow's message, if it refuses the file.
 */
export async function decodeJpeg(
  binding: TensorflowBinding,
  symbols: CSymbols,
  bytes: Uint8Array,
  imageWidth: number,
  { left, top, width, height }: ImagePart,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = await decodeRows(binding, bytes, [top, 0, height, imageWidth]);
  const values = binding.resolve(rows.id);
  binding.deleteTensor(rows.id);
  try {
    const memory = Deno.UnsafePointerView.getArrayBuffer(
      symbols.TF_TensorData(values)!,
      height * imageWidth * CHANNEL_COUNT,
    );
    return cutColumns(new Uint8Array(memory), imageWidth, { left, width });
  } finally {
    binding.deleteValues(values);
  }
}

async function decodeRows(
  binding: TensorflowBinding,
  bytes: Uint8Array,
  window: readonly [top: number, left: number, height: number, width: number],
): Promise<TensorMetadata> {
  const contents = binding.createTensor([], DATA_TYPES.TF_STRING, [bytes]);
  const cropWindow = binding.createTensor([4], DATA_TYPES.TF_INT32, Int32Array.from(window));
  try {
    const inputs = [contents, cropWindow];
    const [rows] = await binding.executeOpAside("DecodeAndCropJpeg", ATTRIBUTES, inputs, 1);
    return rows!;
  } finally {
    binding.deleteTensor(contents);
    binding.deleteTensor(cropWindow);
  }
}

function cutColumns(
  rows: Uint8Array,
  rowWidth: number,
  { left, width }: Pick<ImagePart, "left" | "width">,
): Uint8Array<ArrayBuffer> {
  if (width === rowWidth) return rows.slice();
  const [rowBytes, partBytes] = [rowWidth * CHANNEL_COUNT, width * CHANNEL_COUNT];
  const pixels = new Uint8Array(rows.length / rowBytes * partBytes);
  let from = left * CHANNEL_COUNT;
  for (let to = 0; to < pixels.length; to += partBytes, from += rowBytes) {
    pixels.set(rows.subarray(from, from + partBytes), to);
  }
  return pixels;
}
