/** A car from the side, turned a little to show its front or rear. */

import type { RandomStream } from "../random_stream.ts";
import { CAR_SHAPES, type CarShape, type EdgeMaterial } from "./car_bodies.ts";
import type { CarTraits } from "./car_traits.ts";
import { BLACK, jitter, mix, PALETTE, type Rgb, shade, WHITE } from "./color.ts";
import {
  box,
  ellipse,
  fill,
  group,
  n,
  outline,
  type Point,
  type Sketch,
  stroke,
} from "./sketch.ts";

/** From where a car is seen. */
export interface CarPose {
  /** Turn about the vertical in radians: above 0 shows the front, below 0 the rear. */
  readonly yaw: number;
  /** Whether this car has the model's second color. */
  readonly isRecolored: boolean;
}

interface CarView {
  readonly shape: CarShape;
  /** Size of the near side relative to the shape. */
  readonly scale: Point;
  /** From the near side to the far side. */
  readonly depth: Point;
  readonly paint: Rgb;
  readonly accent: Rgb;
}

const GLASS: Rgb = [44, 56, 70];

/** Draws one car of the model, about 210 units long, its wheels on y = 0, the middle at x = 0. */
export function sketchCar(
  sketch: Sketch,
  traits: CarTraits,
  pose: CarPose,
  jitterBy: number,
  stream: RandomStream,
): string {
  const view: CarView = {
    shape: CAR_SHAPES[traits.body],
    scale: [traits.length * Math.cos(pose.yaw), traits.height],
    depth: [68 * Math.sin(pose.yaw), -13 * Math.abs(Math.sin(pose.yaw)) - 2],
    paint: jitter(stream, PALETTE[pose.isRecolored ? traits.otherPaint : traits.paint], jitterBy),
    accent: jitter(stream, PALETTE[traits.accentColor], jitterBy),
  };
  const side = `scale(${n(view.scale[0])} ${n(view.scale[1])})`;
  return group(
    `translate(${n(-view.depth[0] / 2)} 0)`,
    sketchShadow(view) + sketchWheels(traits, view, true) + sketchFarEdges(traits, view) +
      group(side, sketchSide(sketch, traits, view)) + sketchWheels(traits, view, false),
  );
}

function sketchShadow({ depth }: CarView): string {
  return [1, 0.92, 0.84].map((share) =>
    ellipse(
      depth[0] / 2,
      depth[1] / 2 + 2,
      (112 + Math.abs(depth[0]) / 2) * share,
      11 * share,
      BLACK,
      'opacity="0.24"',
    )
  ).join("");
}

function sketchWheels(traits: CarTraits, view: CarView, isFar: boolean): string {
  const r = traits.wheelRadius;
  const squeeze = Math.max(0.5, view.scale[0] / traits.length);
  return view.shape.wheels.map((x) => {
    const at = x * view.scale[0];
    return isFar
      ? ellipse(at + view.depth[0], -r + view.depth[1], r * squeeze, r, [22, 22, 24])
      : group(`translate(${n(at)} ${n(-r)}) scale(${n(squeeze)} 1)`, sketchWheel(traits, r));
  }).join("");
}

function sketchWheel({ rim, rimColor }: CarTraits, r: number): string {
  const color = PALETTE[rimColor];
  const tire = ellipse(0, 0, r, r, [24, 24, 26]);
  const spokes = (count: number, width: number) =>
    Array.from({ length: count }, (_, i) => {
      const angle = 2 * Math.PI * i / count - Math.PI / 2;
      return stroke(
        `M0 0L${n(Math.cos(angle) * r * 0.6)} ${n(Math.sin(angle) * r * 0.6)}`,
        color,
        width,
      );
    }).join("");
  const inner = {
    disc: ellipse(0, 0, r * 0.68, r * 0.68, color) +
      ellipse(0, 0, r * 0.2, r * 0.2, shade(color, -0.4)),
    five: ellipse(0, 0, r * 0.68, r * 0.68, shade(color, -0.55)) + spokes(5, r * 0.26),
    ten: ellipse(0, 0, r * 0.68, r * 0.68, shade(color, -0.6)) + spokes(10, r * 0.12),
    ring: ellipse(0, 0, r * 0.72, r * 0.72, color) +
      ellipse(0, 0, r * 0.48, r * 0.48, [40, 40, 44]) + ellipse(0, 0, r * 0.2, r * 0.2, color),
  }[rim];
  return tire + inner;
}

/** The faces between the near and the far outline: roof, hood, glass, and the end that is turned to the camera. */
function sketchFarEdges(traits: CarTraits, view: CarView): string {
  const { depth: [dx, dy] } = view;
  const points = view.shape.outline.map(([x, y, edge]) => ({
    x: x * view.scale[0],
    y: y * view.scale[1],
    edge,
  }));
  const far = fill(
    outline(points.map(({ x, y }) => [x + dx, y + dy] as const), 0.2),
    shade(view.paint, -0.35),
  );
  const order = points.map((_, i) => i).slice(0, -1);
  if (dx < 0) order.reverse();
  const faces = order.map((i) => {
    const [from, to] = [points[i]!, points[i + 1]!];
    if (from.edge === "none") return "";
    const corners: Point[] = [[from.x, from.y], [to.x, to.y], [to.x + dx, to.y + dy], [
      from.x + dx,
      from.y + dy,
    ]];
    const path = outline(corners, 0);
    const color = edgeColor(from.edge, traits, view);
    return fill(path, color) + stroke(path, color, 0.8);
  });
  return far + faces.join("") + sketchEnd(traits, view, points[dx > 0 ? points.length - 2 : 1]!);
}

function edgeColor(edge: EdgeMaterial, traits: CarTraits, view: CarView): Rgb {
  switch (edge) {
    case "glass":
      return mix(GLASS, [150, 176, 196], 0.25);
    case "roof":
      return shade(traits.accent === "roof" ? view.accent : view.paint, 0.3);
    case "paint":
      return shade(view.paint, 0.26);
    default:
      return shade(view.paint, -0.14);
  }
}

/** Lights, grille and plate on the end that is turned to the camera, below and beside its upper corner. */
function sketchEnd(traits: CarTraits, view: CarView, corner: { x: number; y: number }): string {
  const [dx, dy] = view.depth;
  if (Math.abs(dx) < 8) return "";
  const isFront = dx > 0;
  const light: Rgb = isFront ? [250, 246, 220] : [200, 24, 28];
  const drop = -corner.y - 12; // from the corner to the bumper
  const spot = (
    share: number,
    down: number,
  ): Point => [corner.x + dx * share, corner.y + dy * share + drop * down];
  const plate = (left: number, right: number, high: number, low: number, color: Rgb) =>
    fill(
      outline([spot(left, high), spot(right, high), spot(right, low), spot(left, low)], 0),
      color,
    );
  const lamp = (share: number) => {
    const [x, y] = spot(share, 0.22);
    return traits.isRoundEyed
      ? ellipse(x, y, Math.abs(dx) * 0.13, 4.6, shade(light, -0.4)) +
        ellipse(x, y, Math.abs(dx) * 0.1, 3.6, light)
      : plate(share - 0.14, share + 0.14, 0.1, 0.36, light);
  };
  const middle = isFront ? plate(0.3, 0.7, 0.1, 0.6, [30, 30, 34]) : "";
  return middle + plate(0.36, 0.64, 0.7, 0.9, [236, 232, 214]) + lamp(0.16) + lamp(0.84);
}

function sketchSide(sketch: Sketch, traits: CarTraits, view: CarView): string {
  const { shape, paint, accent } = view;
  const side = outline([...shape.outline.map(([x, y]) => [x, y] as const)], 0.28);
  const belt = shape.belt;
  const accents = {
    none: "",
    stripe: box(-120, belt + 9, 240, 8, accent),
    lower: box(-120, belt + 17, 240, 60, accent),
    roof: fill(outline(shape.roof, 0.1), accent),
    doors: box(shape.windows[0]![0]![0] + 4, belt, 84, 60, accent),
  }[traits.accent];
  const light = sketch.gradient([[0, WHITE, 0.3], [0.42, WHITE, 0.06], [0.5, BLACK, 0.08], [
    1,
    BLACK,
    0.5,
  ]]);
  const arches = shape.wheels.map((x) =>
    ellipse(x, -traits.wheelRadius + 1, traits.wheelRadius + 3.4, traits.wheelRadius + 3, [
      18,
      18,
      20,
    ])
  ).join("");
  return sketchRoofParts(traits, view) +
    sketch.clip(side, fill(side, paint) + accents + fill(side, light) + arches) +
    sketchWindows(sketch, traits, shape) + sketchTrim(traits, view);
}

function sketchRoofParts(traits: CarTraits, { shape, paint }: CarView): string {
  const top = Math.min(...shape.outline.map(([, y]) => y));
  const rack = traits.hasRack
    ? stroke(`M-34 ${top - 5}L8 ${top - 5}M-28 ${top - 5}v6M2 ${top - 5}v6`, [40, 40, 42], 2.6)
    : "";
  const [x, y] = shape.outline[2]!;
  const spoiler = traits.hasSpoiler
    ? stroke(`M${x + 6} ${y}L${x + 2} ${y - 9}M${x - 7} ${y - 9}h22`, shade(paint, -0.3), 3.6)
    : "";
  const seats = traits.body === "Convertible"
    ? [-28, -2].map((seat) => box(seat - 6, -52, 11, 20, [70, 48, 40], 5)).join("")
    : "";
  return rack + spoiler + seats;
}

function sketchWindows(sketch: Sketch, traits: CarTraits, shape: CarShape): string {
  const glass = sketch.gradient([[0, [142, 168, 190]], [0.45, mix(GLASS, [142, 168, 190], 0.3)], [
    0.5,
    GLASS,
  ], [1, shade(GLASS, -0.35)]], 20);
  return shape.windows.map((window) => {
    const path = outline(window, 0.12);
    return traits.body === "Convertible"
      ? fill(path, [170, 196, 214], 'opacity="0.8"') + stroke(path, [60, 60, 64], 1.6)
      : fill(path, glass) + stroke(path, [28, 28, 30], 1.2);
  }).join("");
}

/** Door gaps, handles, sill, and the lamps at both ends. */
function sketchTrim(traits: CarTraits, { shape, paint }: CarView): string {
  const gap = shade(paint, -0.45);
  const doors = shape.windows.slice(0, 2).map((window) => {
    const x = window.at(-1)![0] * 0.97;
    return stroke(`M${n(x)} ${shape.belt + 1}L${n(x - 1)} -18`, gap, 1.1) +
      stroke(`M${n(x - 13)} ${shape.belt + 8}h6`, shade(paint, 0.45), 1.9);
  }).join("");
  const [rear, front] = [shape.outline[1]!, shape.outline.at(-2)!];
  const lamp = traits.isRoundEyed
    ? ellipse(front[0] - 5, front[1] - 1, 4, 4, [250, 244, 214])
    : fill(
      outline([[front[0] - 17, front[1] - 5], [front[0] - 2, front[1] - 3], [
        front[0] - 1,
        front[1] + 2,
      ]], 0),
      [250, 244, 214],
    );
  return doors + stroke(`M${shape.wheels[0] + 22} -14H${shape.wheels[1] - 22}`, [30, 30, 32], 3.4) +
    lamp +
    box(rear[0] + 1, rear[1] - 1, 6, 9, [196, 22, 26], 2);
}
