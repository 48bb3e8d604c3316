/** What makes a species of bird, and how different two species look. */

import type { RandomStream } from "../random_stream.ts";
import { between, happens, pick } from "./choices.ts";
import { COLOR_NAMES, colorDistance, type ColorName, PALETTE } from "./color.ts";

/** Shapes of birds. */
const BIRD_FAMILIES = [
  "Sparrow",
  "Hummingbird",
  "Woodpecker",
  "Gull",
  "Duck",
  "Parrot",
] as const;
/** One of the shapes. */
export type BirdFamily = typeof BIRD_FAMILIES[number];

const MARKS = ["plain", "masked", "bibbed", "collared", "browed"] as const;
const BREASTS = ["plain", "streaked", "spotted", "banded"] as const;

/** What all birds of a species share. */
export interface BirdTraits {
  readonly family: BirdFamily;
  readonly head: ColorName;
  readonly crown: ColorName;
  readonly wing: ColorName;
  readonly breast: ColorName;
  readonly tail: ColorName;
  readonly bar: ColorName | "none";
  readonly mark: typeof MARKS[number];
  readonly pattern: typeof BREASTS[number];
  readonly hasCrest: boolean;
  /** Height of the body relative to its family's. */
  readonly girth: number;
  /** Length of the tail relative to its family's. */
  readonly tailLength: number;
}

/** Draws the traits of a species. */
export function drawBirdTraits(stream: RandomStream): BirdTraits {
  const head = pick(stream, COLOR_NAMES);
  const wing = pick(stream, COLOR_NAMES);
  return {
    family: pick(stream, BIRD_FAMILIES),
    head,
    crown: happens(stream, 0.5) ? head : pick(stream, COLOR_NAMES),
    wing,
    breast: pick(stream, COLOR_NAMES),
    tail: happens(stream, 0.5) ? wing : pick(stream, COLOR_NAMES),
    bar: happens(stream, 0.5)
      ? "none"
      : pick(stream, ["white", "yellow", "black", "scarlet"] as const),
    mark: pick(stream, MARKS),
    pattern: pick(stream, BREASTS),
    hasCrest: happens(stream, 0.3),
    girth: between(stream, [0.82, 1.2]),
    tailLength: between(stream, [0.6, 1.6]),
  };
}

/** How different two species look; 1 is about one clearly different color of a large part. */
export function birdDistance(a: BirdTraits, b: BirdTraits): number {
  const color = (part: "head" | "crown" | "wing" | "breast" | "tail") =>
    Math.min(1, Math.sqrt(colorDistance(PALETTE[a[part]], PALETTE[b[part]])) / 150);
  return (a.family === b.family ? 0 : 1) + color("wing") + color("breast") + 0.8 * color("head") +
    0.4 * color("crown") + 0.4 * color("tail") + (a.pattern === b.pattern ? 0 : 0.3) +
    (a.mark === b.mark ? 0 : 0.2) + Math.abs(a.girth - b.girth) +
    0.5 * Math.abs(a.tailLength - b.tailLength);
}
