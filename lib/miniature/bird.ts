/** A bird in profile, looking right. */

import type { RandomStream } from "../random_stream.ts";
import { sketchBirdHead } from "./bird_head.ts";
import { BIRD_SHAPES, type BirdShape } from "./bird_shapes.ts";
import type { BirdTraits } from "./bird_traits.ts";
import { between } from "./choices.ts";
import { BLACK, type ColorName, jitter, mix, PALETTE, type Rgb, shade, WHITE } from "./color.ts";
import { ellipse, fill, group, n, outline, type Sketch, stroke } from "./sketch.ts";

/** How one bird holds itself. */
export interface BirdPose {
  /** Turn of the raised wing in degrees; 0 is folded. */
  readonly wingLift: number;
  /** Turn of the head in degrees. */
  readonly nod: number;
}

/** Draws one bird of the species, about 200 units long, around the origin. */
export function sketchBird(
  sketch: Sketch,
  traits: BirdTraits,
  pose: BirdPose,
  jitterBy: number,
  stream: RandomStream,
): string {
  const family = BIRD_SHAPES[traits.family];
  const shape = {
    ...family,
    girth: family.girth * traits.girth,
    tailLength: family.tailLength * traits.tailLength,
  };
  const vary = (name: ColorName) => jitter(stream, PALETTE[name], jitterBy);
  const colors: BirdColors = {
    head: vary(traits.head),
    crown: vary(traits.crown),
    wing: vary(traits.wing),
    breast: vary(traits.breast),
    tail: vary(traits.tail),
  };
  return sketchLegs(shape) + sketchTail(shape, colors.tail) +
    sketchBody(sketch, traits, shape, colors, stream) +
    group(
      `rotate(${n(pose.nod)} ${n(shape.head[0] - 8)} ${n(shape.head[1] + 10)})`,
      sketchBirdHead(sketch, traits, shape, colors),
    ) + sketchWing(sketch, traits, shape, colors.wing, pose);
}

const LEG: Rgb = [110, 84, 60];

function sketchLegs({ legLength, girth }: BirdShape): string {
  if (legLength === 0) return "";
  const top = 26 * girth;
  return [-6, 10].map((x) =>
    stroke(`M${x} ${n(top)}L${x + 2} ${n(top + legLength)}l10 3m-10 -3l-7 4m7 -4l6 6`, LEG, 3.2)
  ).join("");
}

function sketchTail({ tailLength }: BirdShape, color: Rgb): string {
  const end = -58 - tailLength;
  const feather = (dy: number, tone: number) =>
    fill(
      outline(
        [[-46, 4 + dy], [end, 20 + dy * 2], [end + 5, 30 + dy * 2], [-48, 22 + dy / 2]],
        0.35,
      ),
      shade(color, tone),
    );
  return feather(4, -0.3) + feather(0, -0.08) + feather(-3, 0.08);
}

function sketchBody(
  sketch: Sketch,
  traits: BirdTraits,
  shape: BirdShape,
  colors: BirdColors,
  stream: RandomStream,
): string {
  const { head: [hx, hy], headRadius: r, girth: g } = shape;
  const silhouette = outline([
    [hx + r * 0.75, hy],
    [hx - r * 0.1, hy - r * 0.8],
    [hx - r * 1.0, hy + r * 0.4],
    [-4, -23 * g],
    [-46, -3],
    [-64, 12],
    [-40, 25 * g],
    [0, 36 * g],
    [36, 20 * g],
    [hx + r * 0.6, hy + r * 0.95],
  ]);
  const belly = ellipse(18, 26 * g, 62, 34 * g, colors.breast, 'transform="rotate(-24 18 20)"') +
    ellipse(-18, 34 * g, 44, 17 * g, shade(colors.breast, 0.28));
  const light = sketch.gradient([[0, WHITE, 0.25], [0.45, WHITE, 0], [1, BLACK, 0.42]]);
  return sketch.clip(
    silhouette,
    fill(silhouette, mix(colors.wing, colors.head, 0.15)) + belly +
      sketchBreast(traits, g, shade(colors.breast, -0.55), stream) +
      sketchCollar(traits, shape, shade(colors.breast, -0.65)) +
      fill(silhouette, light),
  );
}

function sketchCollar({ mark }: BirdTraits, shape: BirdShape, ink: Rgb): string {
  if (mark !== "collared") return "";
  const { head: [hx, hy], headRadius: r } = shape;
  const [left, right] = [
    `${n(hx - r * 1.1)} ${n(hy + r * 0.7)}`,
    `${n(hx + r)} ${n(hy + r * 0.9)}`,
  ];
  return stroke(`M${left}Q${n(hx)} ${n(hy + r * 1.6)} ${right}`, ink, 8);
}

function sketchBreast(traits: BirdTraits, girth: number, ink: Rgb, stream: RandomStream): string {
  const marks: string[] = [];
  if (traits.pattern === "plain") return "";
  if (traits.pattern === "banded") {
    for (let i = 0; i < 4; i++) {
      marks.push(
        stroke(
          `M${44 - i * 15} ${n(-14 + i * 8)}Q${46 - i * 15} ${n(12 * girth + i * 5)} ${
            20 - i * 15
          } ${n(40 * girth)}`,
          ink,
          5,
        ),
      );
    }
    return marks.join("");
  }
  for (let i = 0; i < 26; i++) {
    const x = between(stream, [-36, 54]);
    const y = between(stream, [-6, 36 * girth]) - x * 0.2;
    marks.push(
      traits.pattern === "spotted"
        ? ellipse(x, y + 6, 3.4, 3.4, ink)
        : stroke(`M${n(x)} ${n(y)}l-4 11`, ink, 3.2),
    );
  }
  return marks.join("");
}

interface BirdColors {
  readonly head: Rgb;
  readonly crown: Rgb;
  readonly wing: Rgb;
  readonly breast: Rgb;
  readonly tail: Rgb;
}

function sketchWing(
  sketch: Sketch,
  traits: BirdTraits,
  shape: BirdShape,
  color: Rgb,
  pose: BirdPose,
): string {
  const g = shape.girth;
  const reach = traits.family === "Gull" ? 112 : traits.family === "Hummingbird" ? 92 : 82;
  const wing = outline([[26, -8 * g], [4, -20 * g], [-34, -12], [-reach, 16], [-44, 21 * g], [
    -4,
    20 * g,
  ], [20, 10 * g]], 0.9);
  const light = sketch.gradient([[0, WHITE, 0.28], [0.5, WHITE, 0], [1, BLACK, 0.4]]);
  const feathers = [0, 1, 2, 3, 4].map((i) =>
    stroke(
      `M${n(-8 - i * 7)} ${n(17 * g - i * 1.5)}Q${n(-46 - i * 3)} ${n(15 - i * 4)} ${
        n(-reach + 8 + i * 6)
      } ${n(14 - i * 3)}`,
      shade(color, -0.4),
      1.7,
    )
  ).join("");
  const tip = fill(
    outline([[-reach * 0.62, -12], [-reach - 6, 16], [-reach * 0.62, 30]], 0.3),
    shade(color, -0.45),
  );
  return group(
    `rotate(${n(pose.wingLift)} 20 -4)`,
    fill(wing, shade(color, -0.35), 'transform="translate(1.5 3)"') +
      sketch.clip(
        wing,
        fill(wing, color) + tip + feathers + sketchWingBars(traits, g) + fill(wing, light),
      ),
  );
}

function sketchWingBars({ bar }: BirdTraits, girth: number): string {
  if (bar === "none") return "";
  return [0, 17].map((dx) => {
    const path = `M${4 - dx} ${n(-16 * girth)}Q${n(-8 - dx)} 0 ${-dx} ${n(18 * girth)}`;
    return stroke(path, PALETTE[bar], 6.5);
  }).join("");
}
