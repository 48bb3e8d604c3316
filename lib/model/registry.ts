/** The backbones that a run can name. Adding one is a file and a line here. */

import { UsageError } from "../errors.ts";
import { describeUnknown } from "../nearest_name.ts";
import type { Backbone } from "./backbone.ts";
import { BN_INCEPTION } from "./bn_inception.ts";
import { DEIT_S } from "./deit_s.ts";
import { DEIT_TI } from "./deit_ti.ts";
import { DINO_VITS16 } from "./dino_vits16.ts";
import { DINOV2_VITS14 } from "./dinov2_vits14.ts";
import { RESNET50 } from "./resnet50.ts";
import { RESNET_MINI } from "./resnet_mini.ts";

/** Every backbone, in the order of tables. */
export const BACKBONES: readonly Backbone[] = [
  RESNET50,
  BN_INCEPTION,
  DEIT_S,
  DEIT_TI,
  DINO_VITS16,
  DINOV2_VITS14,
  RESNET_MINI,
];

/** Names of the backbones, in the order of tables. */
export const BACKBONE_NAMES: readonly string[] = BACKBONES.map(({ name }) => name);

/**
 * The backbone of a name.
 *
 * @throws {UsageError} If there is none; the message names the nearest.
 */
export function findBackbone(name: string): Backbone {
  const backbone = BACKBONES.find((candidate) => candidate.name === name);
  if (!backbone) {
    throw new UsageError(
      `Cannot find backbone as it must be one of ${BACKBONE_NAMES.join(", ")}: ` +
        describeUnknown(name, BACKBONE_NAMES),
    );
  }
  return backbone;
}
