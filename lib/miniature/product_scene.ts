/** A photograph's worth of product, as sellers take them: studio, table, room. */

import type { RandomStream } from "../random_stream.ts";
import { drawBackdrop } from "./backdrop.ts";
import { between, happens, wobble } from "./choices.ts";
import { BLACK, hsl, shade } from "./color.ts";
import { sketchBicycle, sketchFan, sketchLamp, sketchStapler } from "./devices.ts";
import { sketchCabinet, sketchChair, sketchSofa, sketchTable } from "./furniture.ts";
import { sketchCoffeeMaker, sketchKettle, sketchMug, sketchToaster } from "./kitchenware.ts";
import type { Scene } from "./photograph.ts";
import { drawFrame, type Frame, placeSubject, sketchClutter, sketchObstacle } from "./placement.ts";
import {
  mixProductColors,
  type ProductCategory,
  type ProductColors,
  type ProductTraits,
} from "./product.ts";
import { box, ellipse, group, n, Sketch, stroke } from "./sketch.ts";
import type { Nuisance } from "./tuning.ts";

const DRAWINGS: Readonly<
  Record<ProductCategory, (traits: ProductTraits, colors: ProductColors) => string>
> = {
  bicycle: sketchBicycle,
  cabinet: sketchCabinet,
  chair: sketchChair,
  coffee_maker: sketchCoffeeMaker,
  fan: sketchFan,
  kettle: sketchKettle,
  lamp: sketchLamp,
  mug: sketchMug,
  sofa: sketchSofa,
  stapler: sketchStapler,
  table: sketchTable,
  toaster: sketchToaster,
};

/** Composes one picture of the product. */
export function composeProductScene(
  traits: ProductTraits,
  nuisance: Nuisance,
  stream: RandomStream,
): Scene {
  const frame = drawFrame(stream, 0.4);
  const sketch = new Sketch();
  const place = placeSubject(frame, { width: 170, height: 170 }, nuisance, stream);
  const squeeze = between(stream, [0.78, 1.04]); // turned away
  const slant = wobble(stream, 9); // seen from above or beside
  const colors = mixProductColors(sketch, traits, nuisance.colorJitter, stream);
  const product = group(
    `${place.transform} skewY(${n(slant)}) scale(${n(squeeze)} 1)`,
    ellipse(0, footOf(traits), 86, 11, BLACK, 'opacity="0.24"') +
      DRAWINGS[traits.category](traits, colors),
  );
  const occluder = happens(stream, nuisance.occluderChance) ? sketchObstacle(frame, stream) : "";
  const content = sketchRoom(frame, place.y + 60 * place.scale, nuisance, stream) +
    sketchClutter(frame, nuisance, stream) + product + occluder;
  const isStudio = happens(stream, 0.3);
  return {
    ...frame,
    backdrop: drawBackdrop(
      stream,
      nuisance.backdropSaturation,
      nuisance.mottle * (isStudio ? 0.3 : 1),
    ),
    svg: sketch.format(frame.width, frame.height, content),
  };
}

/** Height at which the drawing touches the ground, in its own units. */
function footOf({ category, tall }: ProductTraits): number {
  const [low, rise] = {
    bicycle: [64, 6],
    cabinet: [54, 30],
    chair: [74, 0],
    coffee_maker: [58, 16],
    fan: [48, 30],
    kettle: [47, 25],
    lamp: [76, 0],
    mug: [44, 27],
    sofa: [58, 0],
    stapler: [35, 0],
    table: [34, 24],
    toaster: [51, 17],
  }[category] as [number, number];
  return low + rise * tall;
}

/** A table top, boards of a floor, a rug, or nothing. */
function sketchRoom(frame: Frame, floor: number, nuisance: Nuisance, stream: RandomStream): string {
  const color = hsl(
    stream.nextFloat() * 360,
    between(stream, nuisance.backdropSaturation),
    between(stream, [0.25, 0.75]),
  );
  const [w, h] = [frame.width, frame.height];
  switch (stream.nextInteger(4)) {
    case 0:
      return box(-5, floor - h * 0.12, w + 10, h, color) +
        box(-5, floor - h * 0.12, w + 10, 3, shade(color, 0.3));
    case 1: {
      const boards = Array.from(
        { length: 9 },
        (_, i) =>
          stroke(
            `M${n(w / 2 + (i - 4) * w * 0.1)} ${n(floor - h * 0.2)}L${
              n(w / 2 + (i - 4) * w * 0.4)
            } ${h + 5}`,
            shade(color, -0.35),
            1.4,
          ),
      );
      return box(-5, floor - h * 0.2, w + 10, h, color) + boards.join("");
    }
    case 2:
      return ellipse(
        w / 2 + wobble(stream, w * 0.2),
        floor + h * 0.04,
        w * 0.52,
        h * 0.14,
        shade(color, -0.2),
      ) +
        ellipse(w / 2 + wobble(stream, w * 0.2), floor + h * 0.04, w * 0.44, h * 0.1, color);
    default:
      return "";
  }
}
