/** A product: the traits that make it one of its kind, whatever the kind. */

import type { RandomStream } from "../random_stream.ts";
import { happens, pick } from "./choices.ts";
import {
  BLACK,
  COLOR_NAMES,
  colorDistance,
  type ColorName,
  jitter,
  PALETTE,
  type Rgb,
  shade,
  WHITE,
} from "./color.ts";
import { box, ellipse, type Sketch } from "./sketch.ts";

/** The categories of Stanford Online Products; the index from 1 is the published super class. */
export const PRODUCT_CATEGORIES = [
  "bicycle",
  "cabinet",
  "chair",
  "coffee_maker",
  "fan",
  "kettle",
  "lamp",
  "mug",
  "sofa",
  "stapler",
  "table",
  "toaster",
] as const;
/** One of the categories. */
export type ProductCategory = typeof PRODUCT_CATEGORIES[number];

const PATTERNS = ["plain", "plain", "bands", "dots", "panel"] as const;

/** What all pictures of a product share. */
export interface ProductTraits {
  readonly category: ProductCategory;
  readonly main: ColorName;
  readonly second: ColorName;
  readonly accent: ColorName;
  readonly pattern: typeof PATTERNS[number];
  /** Proportions, each in [0, 1]; what they stretch is the category's business. */
  readonly wide: number;
  readonly tall: number;
  readonly round: number;
  /** Which of three variants the details follow. */
  readonly variant: 0 | 1 | 2;
}

/** Draws the traits of a product of the category. */
export function drawProductTraits(category: ProductCategory, stream: RandomStream): ProductTraits {
  const main = pick(stream, COLOR_NAMES);
  return {
    category,
    main,
    second: happens(stream, 0.25) ? main : pick(stream, COLOR_NAMES),
    accent: pick(stream, COLOR_NAMES),
    pattern: pick(stream, PATTERNS),
    wide: stream.nextFloat(),
    tall: stream.nextFloat(),
    round: stream.nextFloat(),
    variant: pick(stream, [0, 1, 2] as const),
  };
}

/** How different two products look; 1 is about one clearly different color of a large part. */
export function productDistance(a: ProductTraits, b: ProductTraits): number {
  const color = (part: "main" | "second" | "accent") =>
    Math.min(1, Math.sqrt(colorDistance(PALETTE[a[part]], PALETTE[b[part]])) / 150);
  return (a.category === b.category ? 0 : 1.2) + 1.2 * color("main") + 0.8 * color("second") +
    0.3 * color("accent") + (a.variant === b.variant ? 0 : 0.3) +
    (a.pattern === b.pattern ? 0 : 0.3) +
    0.6 * Math.abs(a.wide - b.wide) + 0.6 * Math.abs(a.tall - b.tall);
}

/** The colors of one picture: the product's, a little off. */
export interface ProductColors {
  readonly main: Rgb;
  readonly second: Rgb;
  readonly accent: Rgb;
  /** Color or pattern of the largest part. */
  readonly surface: Rgb | string;
  /** Light from the left, to lay over any part. */
  readonly light: string;
}

/** Mixes the colors of one picture. */
export function mixProductColors(
  sketch: Sketch,
  traits: ProductTraits,
  jitterBy: number,
  stream: RandomStream,
): ProductColors {
  const [main, second, accent] = [traits.main, traits.second, traits.accent].map((name) =>
    jitter(stream, PALETTE[name], jitterBy)
  ) as [Rgb, Rgb, Rgb];
  return {
    main,
    second,
    accent,
    surface: coverSurface(sketch, traits, main, accent),
    light: sketch.gradient(
      [[0, WHITE, 0.38], [0.35, WHITE, 0.04], [0.6, BLACK, 0.06], [1, BLACK, 0.45]],
      90,
    ),
  };
}

function coverSurface(
  sketch: Sketch,
  { pattern }: ProductTraits,
  main: Rgb,
  accent: Rgb,
): Rgb | string {
  const ground = box(0, 0, 60, 60, main);
  switch (pattern) {
    case "plain":
      return main;
    case "bands":
      return sketch.pattern(60, 26, ground + box(0, 4, 60, 9, accent));
    case "dots":
      return sketch.pattern(20, 20, ground + ellipse(10, 10, 5, 5, accent));
    case "panel":
      return sketch.pattern(60, 60, ground + box(12, 12, 36, 36, shade(accent, 0.1), 6));
  }
}
