/** Explicit padding as ops of its own, where the device's kernels are better without; see `DeviceChoices`. */

import { typeAttribute } from "../library/attributes.ts";
import { DATA_TYPES } from "../library/codes.ts";
import type { KernelCall } from "./kernel_call.ts";
import type { WindowPadding } from "./window.ts";

/** Padding of a window without any: what is left when the input itself is padded. */
export const NO_PADDING: WindowPadding = { name: "VALID", pads: [0, 0, 0, 0] };

const T = typeAttribute("T", DATA_TYPES.TF_FLOAT);
/** Attributes of `Pad` and `PadV2`, for float32. */
export const PAD_ATTRIBUTES = [T, typeAttribute("Tpaddings", DATA_TYPES.TF_INT32)];
/** Attributes of `Slice`, for float32. */
export const SLICE_ATTRIBUTES = [T, typeAttribute("Index", DATA_TYPES.TF_INT32)];

/** Whether a call pads by ops of its own. */
export function isPaddedApart(call: KernelCall, { name }: WindowPadding): boolean {
  return name === "EXPLICIT" && call.choices.isPaddedApart;
}

/** The shape of an input [B, H, W, C] with its padding. */
export function paddedShape(
  [batch, height, width, channels]: readonly number[],
  { pads: [top, bottom, left, right] }: WindowPadding,
): number[] {
  return [batch!, height! + top + bottom, width! + left + right, channels!];
}

/**
 * Pads a tensor [B, H, W, C].
 *
 * @param value What is put around it.
 * @returns Number of the padded tensor; the caller deletes it.
 */
export function padSpatial(
  call: KernelCall,
  id: number,
  { pads }: WindowPadding,
  value: number,
): number {
  const ids = [id, call.constant([0, 0, ...pads, 0, 0], [4, 2]), call.scalar(value)];
  return call.backend.binding.executeOp("PadV2", PAD_ATTRIBUTES, ids, 1)[0]!.id;
}

/**
 * Cuts the padding off again; deletes the padded tensor.
 *
 * @param shape [B, H, W, C] without padding.
 */
export function cropSpatial(
  call: KernelCall,
  paddedId: number,
  { pads: [top, , left] }: WindowPadding,
  shape: readonly number[],
) {
  const ids = [paddedId, call.constant([0, top, left, 0]), call.constant(shape)];
  const cropped = call.runOne("Slice", SLICE_ATTRIBUTES, ids);
  call.backend.binding.deleteTensor(paddedId);
  return cropped;
}
