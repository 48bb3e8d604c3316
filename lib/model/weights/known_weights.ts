/**
 * Published files of pretrained weights. The hexadecimal digits in their names begin the SHA-256 of the file: that is how
 * they are recognized, whatever they are called here. DINOv2's name has none; its SHA-256 is what many who use it state.
 * DINO's ViT-S/16 is not listed: no digits of its SHA-256 are published.
 */

import { InputError } from "../../errors.ts";

/** Folder of published files below the data root. */
export const WEIGHTS_FOLDER = "weights";

/** A published file. */
export interface KnownWeights {
  readonly fileName: string;
  readonly backbone: string;
  readonly url: string;
  /** First digits of the file's SHA-256, or all of them. */
  readonly hashPrefix: string;
  /** Where it is known. */
  readonly sizeBytes?: number;
  /** Terms of use. */
  readonly licence: string;
  readonly description: string;
}

/** Every published file that is recognized; the first of a backbone is the one that the paper's runs start from. */
export const KNOWN_WEIGHTS: readonly KnownWeights[] = [
  {
    fileName: "resnet50-0676ba61.pth",
    backbone: "resnet50",
    url: "https://download.pytorch.org/models/resnet50-0676ba61.pth",
    hashPrefix: "0676ba61",
    sizeBytes: 102_530_333,
    licence: "BSD-3-Clause (torchvision); trained on ImageNet",
    description: "torchvision's ResNet-50, IMAGENET1K_V1",
  },
  {
    fileName: "resnet50-11ad3fa6.pth",
    backbone: "resnet50",
    url: "https://download.pytorch.org/models/resnet50-11ad3fa6.pth",
    hashPrefix: "11ad3fa6",
    licence: "BSD-3-Clause (torchvision); trained on ImageNet",
    description: "torchvision's ResNet-50, IMAGENET1K_V2",
  },
  {
    fileName: "resnet50-19c8e357.pth",
    backbone: "resnet50",
    url: "https://download.pytorch.org/models/resnet50-19c8e357.pth",
    hashPrefix: "19c8e357",
    licence: "BSD-3-Clause (torchvision); trained on ImageNet",
    description: "torchvision's first ResNet-50",
  },
  {
    fileName: "bn_inception-52deb4733.pth",
    backbone: "bn_inception",
    url: "http://data.lip6.fr/cadene/pretrainedmodels/bn_inception-52deb4733.pth",
    hashPrefix: "52deb4733",
    licence: "BSD-3-Clause (pretrained-models.pytorch); trained on ImageNet",
    description: "BN-Inception of Cadene's pretrainedmodels, ImageNet",
  },
  {
    fileName: "deit_small_distilled_patch16_224-649709d9.pth",
    backbone: "deit_s",
    url: "https://dl.fbaipublicfiles.com/deit/deit_small_distilled_patch16_224-649709d9.pth",
    hashPrefix: "649709d9",
    sizeBytes: 89_795_170,
    licence: "Apache-2.0 (DeiT); trained on ImageNet",
    description: "DeiT-S (distilled), patch 16, 224 px, ImageNet",
  },
  {
    fileName: "deit_tiny_patch16_224-a1311bcf.pth",
    backbone: "deit_ti",
    url: "https://dl.fbaipublicfiles.com/deit/deit_tiny_patch16_224-a1311bcf.pth",
    hashPrefix: "a1311bcf",
    licence: "Apache-2.0 (DeiT); trained on ImageNet",
    description: "DeiT-Ti, patch 16, 224 px, ImageNet",
  },
  {
    fileName: "dinov2_vits14_pretrain.pth",
    backbone: "dinov2_vits14",
    url: "https://dl.fbaipublicfiles.com/dinov2/dinov2_vits14/dinov2_vits14_pretrain.pth",
    hashPrefix: "b938bf1bc15cd2ec0feacfe3a1bb553fe8ea9ca46a7e1d8d00217f29aef60cd9",
    sizeBytes: 88_283_115,
    licence: "Apache-2.0 (DINOv2); trained on LVD-142M without labels",
    description: "DINOv2 ViT-S/14, self-supervised",
  },
];

/** The published file that a backbone's runs start from, or `null` if there is none. */
export function defaultWeightsOf(backbone: string): KnownWeights | null {
  return KNOWN_WEIGHTS.find((known) => known.backbone === backbone) ?? null;
}

/** The published file of a SHA-256, or `null` if there is none. */
export function findPublishedWeights(hash: string): KnownWeights | null {
  return KNOWN_WEIGHTS.find(({ hashPrefix }) => hash.startsWith(hashPrefix)) ?? null;
}

/**
 * The published file that a file is, by its bytes.
 *
 * @param hash SHA-256 of the file, hexadecimal.
 * @returns `null` for any other file.
 * @throws {InputError} If it has the name of a published file and other bytes.
 */
export function recognizeWeights(path: string, hash: string): KnownWeights | null {
  const known = findPublishedWeights(hash);
  if (known) return known;
  const namesake = KNOWN_WEIGHTS.find(({ fileName }) => path.split(/[\\/]/).at(-1) === fileName);
  if (!namesake) return null;
  throw new InputError(
    `${path}: Cannot use weights as the SHA-256 of a file of this name must begin with ` +
      `${namesake.hashPrefix}: it begins with ${hash.slice(0, namesake.hashPrefix.length)}; ` +
      `is the download complete? It comes from ${namesake.url}`,
  );
}
