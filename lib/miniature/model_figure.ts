/** A person who wears a garment: figure, garment, and the rest of the outfit. */

import type { RandomStream } from "../random_stream.ts";
import { between, happens, pick, wobble } from "./choices.ts";
import { COLOR_NAMES, hsl, mix, PALETTE, type Rgb, shade } from "./color.ts";
import { armPath, type FigurePose, FOOT_Y, HIP_Y, SHOULDER_Y } from "./figure_pose.ts";
import type { Cloth, GarmentTraits } from "./garment.ts";
import { sketchSkirt, sketchTop, sketchTrousers } from "./outfit.ts";
import { box, ellipse, fill, n, outline, stroke } from "./sketch.ts";

/** The person in the garment. */
export function sketchFigure(
  traits: GarmentTraits,
  cloth: Cloth,
  pose: FigurePose,
  stream: RandomStream,
): string {
  const { cut } = traits.category;
  const other = drawOtherColor(stream);
  const below = cut === "top"
    ? happens(stream, 0.3)
      ? sketchSkirt(pose, other, 0.35, 0.4)
      : sketchTrousers(pose, other, happens(stream, 0.2) ? 0.2 : 1, 0.35)
    : "";
  const above = cut === "skirt" || cut === "trousers"
    ? sketchTop(pose, other, {
      sleeve: pick(stream, [0, 0.5, 1] as const),
      low: HIP_Y - 14,
      flare: 0.2,
    })
    : "";
  const garment = {
    top: () => below + sketchTopGarment(traits, cloth, pose),
    dress: () =>
      sketchSkirt(pose, cloth.surface, 0.25 + 0.75 * traits.hem, traits.flare, cloth.light) +
      sketchTopGarment(traits, cloth, pose),
    trousers: () =>
      sketchTrousers(pose, cloth.surface, traits.hem, traits.flare, cloth.light) + above,
    skirt: () =>
      sketchSkirt(pose, cloth.surface, 0.15 + 0.85 * traits.hem, traits.flare, cloth.light) + above,
  }[cut]();
  const belt = traits.hasBelt && cut !== "top"
    ? box(-pose.hip - 2, -6, pose.hip * 2 + 4, 8, shade(cloth.second, -0.15), 3)
    : "";
  const hairBehind = pose.hasLongHair && !pose.isBack ? sketchLongHair(pose) : "";
  return hairBehind + sketchBody(pose) + garment + belt + sketchHead(pose, stream);
}

function drawOtherColor(stream: RandomStream): Rgb {
  return happens(stream, 0.85)
    ? hsl(between(stream, [200, 240]), between(stream, [0, 0.3]), between(stream, [0.1, 0.9])) // denim, black, white
    : PALETTE[pick(stream, COLOR_NAMES)];
}

function sketchBody(pose: FigurePose): string {
  const { skin, shoulder, hip, hands, feet } = pose;
  const dark = shade(skin, -0.12);
  const torso = outline([
    [-10, SHOULDER_Y - 4],
    [10, SHOULDER_Y - 4],
    [shoulder - 4, SHOULDER_Y + 4],
    [shoulder * 0.72, -34],
    [hip * 0.86, 0],
    [hip, HIP_Y + 6],
    [-hip, HIP_Y + 6],
    [-hip * 0.86, 0],
    [-shoulder * 0.72, -34],
    [-shoulder + 4, SHOULDER_Y + 4],
  ], 0.5);
  const arms = [-1, 1].map((side, i) =>
    stroke(armPath(pose, side, i, 1), dark, 11) +
    ellipse(hands[i]![0], hands[i]![1] + 5, 6, 8, skin)
  ).join("");
  const legs = [-1, 1].map((side, i) =>
    stroke(
      `M${n(side * hip * 0.52)} ${HIP_Y}Q${n(side * hip * 0.6)} 90 ${n(feet[i]!)} ${FOOT_Y - 6}`,
      dark,
      17,
    ) +
    ellipse(feet[i]! + side * 3, FOOT_Y, 10, 6, [40, 34, 34])
  ).join("");
  return legs + arms + fill(torso, skin) + stroke(`M0 ${SHOULDER_Y - 20}V${SHOULDER_Y}`, dark, 14);
}

function sketchTopGarment(traits: GarmentTraits, cloth: Cloth, pose: FigurePose): string {
  const isDress = traits.category.cut === "dress";
  const low = isDress ? 10 : HIP_Y - 12 + 40 * traits.hem;
  const top = sketchTop(pose, cloth.surface, {
    sleeve: traits.sleeve,
    low,
    flare: isDress ? 0 : traits.flare,
  }, cloth.light);
  if (pose.isBack) return top;
  const trim = mix(cloth.second, cloth.main, 0.15);
  const front = traits.category.isOpen
    ? stroke(`M0 ${SHOULDER_Y + 8}V${n(low)}`, shade(trim, -0.25), 3) +
      [0, 1, 2, 3].map((i) => ellipse(0, SHOULDER_Y + 24 + i * 22, 2.4, 2.4, shade(trim, 0.4)))
        .join("")
    : traits.hasPrint
    ? ellipse(0, -50, pose.shoulder * 0.5, 15, cloth.second) +
      ellipse(0, -50, pose.shoulder * 0.26, 8, cloth.main)
    : "";
  return top + front + sketchNeck(traits.neck, trim, pose.skin);
}

function sketchNeck(neck: GarmentTraits["neck"], trim: Rgb, skin: Rgb): string {
  return {
    round: stroke(`M-13 ${SHOULDER_Y - 4}Q0 ${SHOULDER_Y + 16} 13 ${SHOULDER_Y - 4}`, trim, 4),
    deep: fill(
      outline([[-11, SHOULDER_Y - 6], [11, SHOULDER_Y - 6], [0, SHOULDER_Y + 30]], 0),
      skin,
    ) + stroke(`M-12 ${SHOULDER_Y - 5}L0 ${SHOULDER_Y + 31}L12 ${SHOULDER_Y - 5}`, trim, 3),
    collar: fill(
      outline([[-15, SHOULDER_Y - 8], [0, SHOULDER_Y + 6], [-9, SHOULDER_Y + 16], [
        -20,
        SHOULDER_Y,
      ]], 0),
      trim,
    ) +
      fill(
        outline(
          [[15, SHOULDER_Y - 8], [0, SHOULDER_Y + 6], [9, SHOULDER_Y + 16], [20, SHOULDER_Y]],
          0,
        ),
        trim,
      ),
  }[neck];
}

function sketchLongHair({ hair }: FigurePose): string {
  return fill(
    outline([[-20, -128], [0, -140], [20, -128], [26, -84], [0, -76], [-26, -84]], 0.8),
    shade(hair, -0.2),
  );
}

function sketchHead(pose: FigurePose, stream: RandomStream): string {
  const { skin, hair } = pose;
  const x = wobble(stream, 5);
  if (pose.isBack) {
    return ellipse(x, -120, 18, 22, hair) +
      (pose.hasLongHair
        ? fill(outline([[-18, -124], [18, -124], [20, -72], [-20, -72]], 0.6), shade(hair, -0.12))
        : "");
  }
  const face = ellipse(x, -117, 16, 20, skin) + ellipse(x - 6, -118, 2, 2.4, [40, 30, 28]) +
    ellipse(x + 6, -118, 2, 2.4, [40, 30, 28]) +
    stroke(`M${n(x - 5)} -107q5 4 10 0`, [160, 60, 60], 2) +
    stroke(`M${n(x)} -116l-1 5`, shade(skin, -0.25), 1.2);
  return face +
    fill(
      outline([[x - 18, -116], [x - 15, -136], [x + 4, -143], [x + 18, -130], [x + 17, -114], [
        x + 11,
        -127,
      ], [x - 8, -128]], 0.6),
      hair,
    );
}
