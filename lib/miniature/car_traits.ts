/** What makes a model of car, and how different two models look. */

import type { RandomStream } from "../random_stream.ts";
import { CAR_BODIES, type CarBody } from "./car_bodies.ts";
import { between, happens, pick } from "./choices.ts";
import { COLOR_NAMES, colorDistance, type ColorName, PALETTE } from "./color.ts";

const ACCENTS = ["none", "stripe", "lower", "roof", "doors"] as const;
const RIMS = ["disc", "five", "ten", "ring"] as const;
const RIM_COLORS = ["silver", "black", "white", "yellow", "scarlet"] as const;

/** What all cars of a model share. */
export interface CarTraits {
  readonly body: CarBody;
  /** Color of most cars of the model. */
  readonly paint: ColorName;
  /** Color of the others. */
  readonly otherPaint: ColorName;
  readonly accent: typeof ACCENTS[number];
  readonly accentColor: ColorName;
  readonly rim: typeof RIMS[number];
  readonly rimColor: typeof RIM_COLORS[number];
  readonly wheelRadius: number;
  /** Length and height relative to the body's usual. */
  readonly length: number;
  readonly height: number;
  readonly hasRack: boolean;
  readonly hasSpoiler: boolean;
  readonly isRoundEyed: boolean;
}

/** Draws the traits of a model. */
export function drawCarTraits(stream: RandomStream): CarTraits {
  const body = pick(stream, CAR_BODIES);
  return {
    body,
    paint: pick(stream, COLOR_NAMES),
    otherPaint: pick(stream, COLOR_NAMES),
    accent: pick(stream, ACCENTS),
    accentColor: pick(stream, COLOR_NAMES),
    rim: pick(stream, RIMS),
    rimColor: pick(stream, RIM_COLORS),
    wheelRadius: between(stream, [14, 18.5]),
    length: between(stream, [0.86, 1.06]),
    height: between(stream, [0.92, 1.12]),
    hasRack: body !== "Convertible" && happens(stream, 0.25),
    hasSpoiler: happens(stream, 0.3),
    isRoundEyed: happens(stream, 0.5),
  };
}

/** How different two models look; 1 is about one clearly different paint. */
export function carDistance(a: CarTraits, b: CarTraits): number {
  const color = (x: ColorName, y: ColorName) =>
    Math.min(1, Math.sqrt(colorDistance(PALETTE[x], PALETTE[y])) / 150);
  const accent = a.accent === b.accent
    ? (a.accent === "none" ? 0 : 0.6 * color(a.accentColor, b.accentColor))
    : 0.7;
  return (a.body === b.body ? 0 : 1) + 1.2 * color(a.paint, b.paint) + accent +
    (a.rimColor === b.rimColor ? 0 : 0.3) + 2 * Math.abs(a.length - b.length) +
    2 * Math.abs(a.height - b.height);
}
