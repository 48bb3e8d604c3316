/**
 * Images: from files to batches of normalized crops [B, H, W, 3], to the bytes of torchvision.
 *
 * @module
 */

export { InputError } from "../errors.ts";
export { type RandomState, RandomStream } from "../random_stream.ts";
export { BN_INCEPTION_PRESET, IMAGENET_PRESET, type ImagePreset } from "./preset.ts";
export {
  createImageLoader,
  type ImageLoader,
  type ImageLoaderOptions,
  type LoadedRecord,
} from "./loader.ts";
