/** A garment: the traits that make an item of the shop, and the cloth it is made of. */

import type { RandomStream } from "../random_stream.ts";
import { between, happens, pick } from "./choices.ts";
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
import { box, ellipse, type Sketch, stroke } from "./sketch.ts";

/** Where a garment is worn: decides what else the model wears. */
export type GarmentCut = "top" | "dress" | "trousers" | "skirt";

/** Categories of the shop, by sex, as its folders name them. */
export const GARMENT_CATEGORIES = [
  { folder: "WOMEN/Dresses", cut: "dress", isOpen: false },
  { folder: "WOMEN/Blouses_Shirts", cut: "top", isOpen: true },
  { folder: "WOMEN/Tees_Tanks", cut: "top", isOpen: false },
  { folder: "WOMEN/Skirts", cut: "skirt", isOpen: false },
  { folder: "WOMEN/Pants", cut: "trousers", isOpen: false },
  { folder: "WOMEN/Cardigans", cut: "top", isOpen: true },
  { folder: "MEN/Tees_Tanks", cut: "top", isOpen: false },
  { folder: "MEN/Shirts_Polos", cut: "top", isOpen: true },
  { folder: "MEN/Jackets_Vests", cut: "top", isOpen: true },
  { folder: "MEN/Shorts", cut: "trousers", isOpen: false },
  { folder: "MEN/Pants", cut: "trousers", isOpen: false },
] as const satisfies readonly { folder: string; cut: GarmentCut; isOpen: boolean }[];
/** One of the categories. */
export type GarmentCategory = typeof GARMENT_CATEGORIES[number];

const WEAVES = [
  "plain",
  "plain",
  "stripes",
  "pinstripes",
  "plaid",
  "dots",
  "flowers",
  "blocks",
] as const;

/** What all pictures of an item share. */
export interface GarmentTraits {
  readonly category: GarmentCategory;
  readonly main: ColorName;
  readonly second: ColorName;
  readonly weave: typeof WEAVES[number];
  /** 0 sleeveless, 0.5 short, 1 long. */
  readonly sleeve: 0 | 0.5 | 1;
  /** Where the hem is, in [0, 1] of what the cut allows. */
  readonly hem: number;
  /** How far the cloth stands off the body, in [0, 1]. */
  readonly flare: number;
  readonly neck: "round" | "deep" | "collar";
  readonly hasBelt: boolean;
  /** A print on the chest, in the second color. */
  readonly hasPrint: boolean;
}

/** Draws the traits of an item of the category. */
export function drawGarmentTraits(category: GarmentCategory, stream: RandomStream): GarmentTraits {
  const hem = stream.nextFloat();
  return {
    category,
    main: pick(stream, COLOR_NAMES),
    second: pick(stream, COLOR_NAMES),
    weave: pick(stream, WEAVES),
    sleeve: category.folder === "MEN/Jackets_Vests"
      ? pick(stream, [0, 1, 1] as const)
      : pick(stream, [0, 0.5, 1] as const),
    hem: category.folder.endsWith("Shorts")
      ? hem * 0.2
      : category.cut === "trousers"
      ? 0.6 + 0.4 * hem
      : hem,
    flare: stream.nextFloat(),
    neck: pick(stream, ["round", "deep", "collar"] as const),
    hasBelt: happens(stream, 0.35),
    hasPrint: happens(stream, 0.35),
  };
}

/** How different two items look; 1 is about one clearly different color of a large part. */
export function garmentDistance(a: GarmentTraits, b: GarmentTraits): number {
  const color = (part: "main" | "second") =>
    Math.min(1, Math.sqrt(colorDistance(PALETTE[a[part]], PALETTE[b[part]])) / 150);
  return (a.category.cut === b.category.cut ? 0 : 1) + 1.5 * color("main") + 0.7 * color("second") +
    (a.weave === b.weave ? 0 : 0.6) + 0.4 * Math.abs(a.sleeve - b.sleeve) +
    0.5 * Math.abs(a.hem - b.hem);
}

/** What one picture's garment is cut from. */
export interface Cloth {
  readonly main: Rgb;
  readonly second: Rgb;
  /** Color or pattern. */
  readonly surface: Rgb | string;
  /** Folds and light, to lay over each piece. */
  readonly light: string;
}

/** Weaves the cloth of one picture. */
export function weaveCloth(
  sketch: Sketch,
  traits: GarmentTraits,
  jitterBy: number,
  stream: RandomStream,
): Cloth {
  const main = jitter(stream, PALETTE[traits.main], jitterBy);
  const second = jitter(stream, PALETTE[traits.second], jitterBy);
  return {
    main,
    second,
    surface: weaveSurface(sketch, traits, main, second, between(stream, [-4, 4])),
    light: sketch.gradient(
      [[0, WHITE, 0.22], [0.3, BLACK, 0], [0.5, WHITE, 0.12], [0.75, BLACK, 0.08], [
        1,
        BLACK,
        0.38,
      ]],
      80,
    ),
  };
}

const THIN = 'opacity="0.6"';

function weaveSurface(
  sketch: Sketch,
  { weave }: GarmentTraits,
  main: Rgb,
  second: Rgb,
  turn: number,
): Rgb | string {
  const ground = box(0, 0, 60, 60, main);
  const halves = box(0, 0, 400, 60, main) + box(0, 58, 400, 60, second);
  const turned = `rotate(${turn})`;
  switch (weave) {
    case "plain":
      return main;
    case "stripes":
      return sketch.pattern(60, 18, ground + box(0, 3, 60, 8, second), turned);
    case "pinstripes":
      return sketch.pattern(12, 60, ground + box(4, 0, 4, 60, second), turned);
    case "plaid":
      return sketch.pattern(
        24,
        24,
        ground + box(0, 4, 24, 8, second, 0, THIN) + box(4, 0, 8, 24, second, 0, THIN),
        turned,
      );
    case "dots":
      return sketch.pattern(14, 14, ground + ellipse(7, 7, 3.8, 3.8, second), turned);
    case "flowers":
      return sketch.pattern(
        24,
        24,
        ground + sketchFlower(7, 7, second) + sketchFlower(19, 19, shade(second, 0.3)),
        turned,
      );
    case "blocks":
      return sketch.pattern(400, 116, halves, "translate(0 -88)");
  }
}

function sketchFlower(x: number, y: number, color: Rgb): string {
  const petals = [0, 72, 144, 216, 288].map((angle) => {
    const radians = angle * Math.PI / 180;
    return ellipse(x + 3.6 * Math.cos(radians), y + 3.6 * Math.sin(radians), 2.9, 2.9, color);
  });
  return petals.join("") + ellipse(x, y, 2, 2, [250, 220, 90]) +
    stroke(`M${x} ${y + 6}v3`, [70, 120, 60], 1);
}
