/** What a backbone expects of its images: sizes, order of the channels, and how levels become numbers. */

/** Sizes and normalization of a backbone's images. */
export interface ImagePreset {
  /** Pixels of the shorter side before the central crop of evaluation; at least `inputSize`. */
  readonly resizeSize: number;
  /** Pixels of either side of what the network sees. */
  readonly inputSize: number;
  /** Which color comes first in the last dimension. */
  readonly channelOrder: "rgb" | "bgr";
  /** Subtracted from level / 255, in `channelOrder`. */
  readonly mean: readonly [number, number, number];
  /** Divides what is left, in `channelOrder`. */
  readonly deviation: readonly [number, number, number];
}

/** ResNet-50 and vision transformers: mean and deviation of ImageNet, as torchvision publishes them with its weights. */
export const IMAGENET_PRESET: ImagePreset = {
  resizeSize: 256,
  inputSize: 224,
  channelOrder: "rgb",
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/**
 * BN-Inception: weights made in Caffe, which reads blue first and levels of 0-255.
 * The mean is (104, 117, 128) / 255, and the deviation is 1 / 255 to two digits.
 */
export const BN_INCEPTION_PRESET: ImagePreset = {
  resizeSize: 256,
  inputSize: 224,
  channelOrder: "bgr",
  mean: [0.4078, 0.4588, 0.502],
  deviation: [0.0039, 0.0039, 0.0039],
};

/** Levels of a channel of 8 bits. */
export const LEVEL_COUNT = 256;

/**
 * Normalized value of every level: (level / 255 - mean) / deviation.
 *
 * Rounds to float32 after each of the three operations, as torchvision's `ToTensor` and `Normalize` do, so that the
 * values are theirs to the last bit.
 *
 * @returns [3, 256], row-major, the rows in the preset's `channelOrder`.
 */
export function createLevelTable(preset: ImagePreset): Float32Array<ArrayBuffer> {
  const { fround } = Math;
  const table = new Float32Array(3 * LEVEL_COUNT);
  for (let channel = 0; channel < 3; channel++) {
    const mean = fround(preset.mean[channel]!);
    const deviation = fround(preset.deviation[channel]!);
    for (let level = 0; level < LEVEL_COUNT; level++) {
      const centered = fround(fround(level / 255) - mean);
      table[channel * LEVEL_COUNT + level] = fround(centered / deviation);
    }
  }
  return table;
}
