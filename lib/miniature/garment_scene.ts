/** A photograph's worth of garment: worn, seen from one of the shop's views. */

import type { RandomStream } from "../random_stream.ts";
import { drawBackdrop } from "./backdrop.ts";
import { between, happens, pick } from "./choices.ts";
import { shade } from "./color.ts";
import { type GarmentCut, type GarmentTraits, weaveCloth } from "./garment.ts";
import { drawPose } from "./figure_pose.ts";
import { sketchFigure } from "./model_figure.ts";
import type { Scene } from "./photograph.ts";
import { placeSubject, sketchClutter, sketchObstacle } from "./placement.ts";
import { group, n, Sketch } from "./sketch.ts";
import type { Nuisance } from "./tuning.ts";

/** The shop's views, with the numbers its file names give them. */
export const GARMENT_VIEWS = ["1_front", "2_side", "3_back", "4_full", "7_additional"] as const;
/** One of the views. */
export type GarmentView = typeof GARMENT_VIEWS[number];

/** What of the figure (origin at the waist, y downwards) a picture centers on, and how tall that is. */
const FOCUS: Readonly<Record<GarmentCut, { middle: number; height: number }>> = {
  top: { middle: -46, height: 165 },
  dress: { middle: -10, height: 240 },
  trousers: { middle: 60, height: 205 },
  skirt: { middle: 50, height: 190 },
};

/** Composes one picture of the item. */
export function composeGarmentScene(
  traits: GarmentTraits,
  view: GarmentView,
  nuisance: Nuisance,
  stream: RandomStream,
): Scene {
  const frame = {
    width: 168 + 8 * stream.nextInteger(9),
    height: pick(stream, [224, 240, 256, 256]),
  };
  const sketch = new Sketch();
  const focus = FOCUS[traits.category.cut];
  const closeness = view === "4_full"
    ? 1.3
    : view === "7_additional"
    ? between(stream, [0.8, 0.95])
    : 1;
  const extent = { width: focus.height * 0.62 * closeness, height: focus.height * closeness };
  const place = placeSubject(frame, extent, nuisance, stream);
  const width = view === "2_side" ? between(stream, [0.62, 0.8]) : between(stream, [0.9, 1.05]);
  const isWoman = traits.category.folder.startsWith("WOMEN");
  const cloth = weaveCloth(sketch, traits, nuisance.colorJitter, stream);
  const pose = drawPose(isWoman, width, view === "3_back", stream);
  const figure = group(
    `${place.transform} translate(0 ${n(-focus.middle)})`,
    sketchFigure(traits, cloth, pose, stream),
  );
  const backdrop = drawBackdrop(stream, nuisance.backdropSaturation, nuisance.mottle);
  const isStudio = happens(stream, 0.5);
  const occluder = happens(stream, nuisance.occluderChance) ? sketchObstacle(frame, stream) : "";
  const content = (isStudio ? "" : sketchClutter(frame, nuisance, stream)) + figure + occluder;
  return {
    ...frame,
    backdrop: isStudio
      ? { ...backdrop, top: shade(backdrop.top, 0.45), bottom: shade(backdrop.top, 0.3), mottle: 2 }
      : backdrop,
    svg: sketch.format(frame.width, frame.height, content),
  };
}
