/** A photograph's worth of car: one of a model, on a road, in a lot or a showroom. */

import type { RandomStream } from "../random_stream.ts";
import { drawBackdrop } from "./backdrop.ts";
import { sketchCar } from "./car.ts";
import type { CarTraits } from "./car_traits.ts";
import { between, happens, pick, wobble } from "./choices.ts";
import { hsl, type Rgb, shade } from "./color.ts";
import type { Scene } from "./photograph.ts";
import {
  drawFrame,
  type Frame,
  placeSubject,
  sketchClutter,
  sketchLeaves,
  sketchObstacle,
} from "./placement.ts";
import { box, ellipse, group, n, Sketch, stroke } from "./sketch.ts";
import type { Nuisance } from "./tuning.ts";

/** A car's picture, and where in it the car is. */
export interface CarScene extends Scene {
  /** Left, top, right and bottom of the car in pixels, from 1. */
  readonly bounds: readonly [number, number, number, number];
}

/** Composes one picture of the model. */
export function composeCarScene(
  traits: CarTraits,
  nuisance: Nuisance,
  stream: RandomStream,
): CarScene {
  const frame = drawFrame(stream, 0.08);
  const sketch = new Sketch();
  const place = placeSubject(frame, { width: 225, height: 120 }, nuisance, stream);
  const pose = {
    yaw: pick(stream, [-1, 1, 1]) * between(stream, [0.05, 0.85]),
    isRecolored: happens(stream, nuisance.recolorChance),
  };
  const car = group(
    `${place.transform} translate(0 42)`,
    sketchCar(sketch, traits, pose, nuisance.colorJitter, stream),
  );
  const road = place.y + 42 * place.scale;
  const occluder = happens(stream, nuisance.occluderChance)
    ? happens(stream, 0.4) ? sketchLeaves(frame, stream) : sketchObstacle(frame, stream)
    : "";
  const content = sketchSurroundings(frame, road, nuisance, stream) +
    sketchClutter(frame, nuisance, stream) +
    sketchRoad(frame, road, stream) + car + occluder;
  const reach = [108 * place.scale, 52 * place.scale] as const;
  return {
    ...frame,
    backdrop: drawBackdrop(stream, nuisance.backdropSaturation, nuisance.mottle),
    svg: sketch.format(frame.width, frame.height, content),
    bounds: [
      Math.max(1, Math.round(place.x - reach[0])),
      Math.max(1, Math.round(place.y - reach[1])),
      Math.min(frame.width, Math.round(place.x + reach[0])),
      Math.min(frame.height, Math.round(place.y + reach[1])),
    ],
  };
}

/** Houses, a tree line, or nothing. */
function sketchSurroundings(
  frame: Frame,
  road: number,
  nuisance: Nuisance,
  stream: RandomStream,
): string {
  const wall = hsl(
    stream.nextFloat() * 360,
    between(stream, nuisance.backdropSaturation),
    between(stream, [0.25, 0.75]),
  );
  switch (stream.nextInteger(3)) {
    case 0:
      return sketchHouses(frame, road, wall, stream);
    case 1:
      return sketchTrees(frame, road, stream);
    default:
      return "";
  }
}

function sketchHouses(frame: Frame, road: number, wall: Rgb, stream: RandomStream): string {
  const houses: string[] = [];
  for (let x = -10; x < frame.width;) {
    const width = frame.width * between(stream, [0.15, 0.4]);
    const height = road * between(stream, [0.35, 0.95]);
    houses.push(sketchHouse(x, road - height, width, height, shade(wall, wobble(stream, 0.4))));
    x += width;
  }
  return houses.join("");
}

function sketchTrees(frame: Frame, road: number, stream: RandomStream): string {
  const trees: string[] = [];
  for (let i = 0; i < 9; i++) {
    const size = road * between(stream, [0.2, 0.45]);
    const crown = hsl(
      between(stream, [40, 150]),
      between(stream, [0.08, 0.28]),
      between(stream, [0.15, 0.4]),
    );
    const x = frame.width * stream.nextFloat();
    trees.push(ellipse(x, road - size * 0.8, size, size, crown, 'opacity="0.85"'));
  }
  return trees.join("");
}

function sketchHouse(x: number, y: number, width: number, height: number, wall: Rgb): string {
  const panes: string[] = [];
  for (let row = y + 6; row < y + height - 14; row += 15) {
    for (let column = x + 5; column < x + width - 9; column += 13) {
      panes.push(box(column, row, 7, 9, shade(wall, -0.4)));
    }
  }
  return box(x, y, width, height + 2, wall) + panes.join("");
}

function sketchRoad(frame: Frame, road: number, stream: RandomStream): string {
  const top = road - frame.height * between(stream, [0.04, 0.16]);
  const color = hsl(
    stream.nextFloat() * 360,
    between(stream, [0, 0.25]),
    between(stream, [0.2, 0.75]),
  );
  const line = happens(stream, 0.4)
    ? stroke(
      `M-5 ${n(road + frame.height * 0.12)}H${frame.width + 5}`,
      shade(color, 0.55),
      3,
      'stroke-dasharray="30 16"',
    )
    : "";
  return box(
    -5,
    top,
    frame.width + 10,
    frame.height,
    color,
    0,
    `opacity="${n(between(stream, [0.45, 0.9]))}"`,
  ) + line;
}
