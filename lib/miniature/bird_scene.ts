/** A photograph's worth of bird: one of a species, somewhere outdoors. */

import type { RandomStream } from "../random_stream.ts";
import { drawBackdrop } from "./backdrop.ts";
import { sketchBird } from "./bird.ts";
import { BIRD_LEANS } from "./bird_shapes.ts";
import type { BirdFamily, BirdTraits } from "./bird_traits.ts";
import { between, happens, wobble } from "./choices.ts";
import { hsl, shade } from "./color.ts";
import type { Scene } from "./photograph.ts";
import { drawFrame, placeSubject, sketchClutter, sketchLeaves } from "./placement.ts";
import { ellipse, group, n, Sketch, stroke } from "./sketch.ts";
import type { Nuisance } from "./tuning.ts";

/** Composes one picture of the species. */
export function composeBirdScene(
  traits: BirdTraits,
  nuisance: Nuisance,
  stream: RandomStream,
): Scene {
  const frame = drawFrame(stream);
  const sketch = new Sketch();
  const place = placeSubject(frame, { width: 190, height: 150 }, nuisance, stream);
  const lean = BIRD_LEANS[traits.family] + wobble(stream, 12);
  const pose = {
    wingLift: traits.family === "Hummingbird"
      ? between(stream, [35, 75])
      : happens(stream, 0.15)
      ? between(stream, [20, 50])
      : wobble(stream, 8),
    nod: wobble(stream, 18),
  };
  const squeeze = between(stream, [0.82, 1]); // turned a little toward or away from the camera
  const bird = group(
    `translate(8 6) scale(${n(squeeze)} 1) rotate(${n(lean)})`,
    sketchBird(sketch, traits, pose, nuisance.colorJitter, stream),
  );
  const ground = group(place.transform, sketchGround(traits.family, stream));
  const water = traits.family === "Duck" ? group(place.transform, sketchWater(stream)) : "";
  const occluder = happens(stream, nuisance.occluderChance) ? sketchLeaves(frame, stream) : "";
  const content = sketchClutter(frame, nuisance, stream) + ground + group(place.transform, bird) +
    water + occluder;
  return {
    ...frame,
    backdrop: drawBackdrop(stream, nuisance.backdropSaturation, nuisance.mottle),
    svg: sketch.format(frame.width, frame.height, content),
  };
}

/** What the bird sits on, in the bird's units. */
function sketchGround(family: BirdFamily, stream: RandomStream): string {
  const bark = hsl(
    between(stream, [15, 45]),
    between(stream, [0.1, 0.4]),
    between(stream, [0.2, 0.5]),
  );
  const tilt = wobble(stream, 18);
  switch (family) {
    case "Hummingbird":
    case "Duck":
      return "";
    case "Woodpecker":
    case "Parrot": {
      const x = family === "Woodpecker" ? 46 : 30;
      const width = between(stream, [20, 44]);
      return family === "Woodpecker"
        ? sketchBranch(
          `M${n(x + width / 2)} -140Q${n(x + width / 2 + tilt / 2)} 0 ${n(x + width / 2)} 140`,
          bark,
          width,
        )
        : sketchBranch(`M-150 ${n(44 - tilt)}Q0 ${n(50)} 150 ${n(44 + tilt)}`, bark, width * 0.4);
    }
    case "Gull":
      return ellipse(10, 66, 95, 9, shade(bark, -0.5), 'opacity="0.45"');
    default:
      return sketchBranch(
        `M-150 ${n(52 - tilt)}Q0 ${n(46)} 150 ${n(52 + tilt)}`,
        bark,
        between(stream, [7, 15]),
      );
  }
}

function sketchBranch(
  path: string,
  bark: readonly [number, number, number],
  width: number,
): string {
  return stroke(path, shade(bark, -0.35), width) +
    stroke(path, bark, width * 0.7, 'transform="translate(-1 -1.5)"') +
    stroke(path, shade(bark, 0.25), width * 0.15, 'transform="translate(-2 -3)"');
}

/** Water up to the duck's waist, with ripples. */
function sketchWater(stream: RandomStream): string {
  const water = hsl(
    between(stream, [150, 240]),
    between(stream, [0.1, 0.5]),
    between(stream, [0.25, 0.65]),
  );
  const ripples = [0, 1, 2, 3].map((i) =>
    stroke(
      `M${n(-100 + i * 14)} ${34 + i * 8}q${n(50 + i * 3)} ${n(wobble(stream, 8))} ${
        n(170 - i * 10)
      } 0`,
      shade(water, i % 2 ? 0.3 : -0.2),
      2.5,
      'opacity="0.7"',
    )
  );
  return ellipse(-4, 56, 128, 30, water, 'opacity="0.85"') + ripples.join("");
}
