/** Where a subject stands in a picture, and what else is in it: sizes, transforms, clutter behind, occluders before. */

import type { RandomStream } from "../random_stream.ts";
import { between, happens, pick, wobble } from "./choices.ts";
import { hsl, type Rgb, shade } from "./color.ts";
import { box, ellipse, fill, group, n, outline, stroke } from "./sketch.ts";
import type { Nuisance } from "./tuning.ts";

/** Size of a picture in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** A photograph's usual sizes: landscape, portrait or square. */
export function drawFrame(stream: RandomStream, portraitChance = 0.25): Frame {
  const long = 200 + stream.nextInteger(61);
  const short = Math.round(long * pick(stream, [2 / 3, 3 / 4, 3 / 4, 4 / 5, 1]));
  return happens(stream, portraitChance)
    ? { width: short, height: long }
    : { width: long, height: short };
}

/** Where a subject of the given extent, centered on its origin, comes to stand. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly isMirrored: boolean;
  /** SVG transform from the subject's units to pixels. */
  readonly transform: string;
}

/** Places a subject of `extent` (its own units) in the frame. */
export function placeSubject(
  frame: Frame,
  extent: Frame,
  nuisance: Nuisance,
  stream: RandomStream,
): Placement {
  const scale = between(stream, nuisance.subjectShare) *
    Math.min(frame.width / extent.width, frame.height / extent.height);
  const x = frame.width * (0.5 + wobble(stream, nuisance.shift));
  const y = frame.height * (0.5 + wobble(stream, nuisance.shift));
  const isMirrored = happens(stream, 0.5);
  const turn = wobble(stream, nuisance.turnDegrees);
  return {
    x,
    y,
    scale,
    isMirrored,
    transform: `translate(${n(x)} ${n(y)}) rotate(${n(turn)}) scale(${
      n(isMirrored ? -scale : scale)
    } ${n(scale)})`,
  };
}

/** Colored things out of focus, behind the subject. */
export function sketchClutter(frame: Frame, nuisance: Nuisance, stream: RandomStream): string {
  const things: string[] = [];
  for (let i = stream.nextInteger(nuisance.clutterCount + 1); i > 0; i--) {
    const color = hsl(
      stream.nextFloat() * 360,
      between(stream, nuisance.backdropSaturation),
      between(stream, [0.2, 0.8]),
    );
    const [x, y] = [frame.width * stream.nextFloat(), frame.height * stream.nextFloat()];
    const size = Math.min(frame.width, frame.height) * between(stream, [0.04, 0.2]);
    things.push(sketchThing(x, y, size, color, between(stream, [0.35, 0.9]), stream));
  }
  return things.join("");
}

function sketchThing(
  x: number,
  y: number,
  size: number,
  color: Rgb,
  opacity: number,
  stream: RandomStream,
): string {
  const attributes = `opacity="${n(opacity)}"`;
  switch (stream.nextInteger(3)) {
    case 0:
      return ellipse(x, y, size, size, color, attributes);
    case 1:
      return group(
        `rotate(${n(stream.nextFloat() * 90)} ${n(x)} ${n(y)})`,
        box(
          x - size,
          y - size * 0.6,
          size * 2,
          size * between(stream, [0.5, 1.8]),
          color,
          size * 0.1,
          attributes,
        ),
      );
    default:
      return stroke(
        `M${n(x - size * 3)} ${n(y)}q${n(size * 3)} ${n(wobble(stream, size * 4))} ${n(size * 6)} ${
          n(wobble(stream, size * 3))
        }`,
        color,
        size * 0.4,
        attributes,
      );
  }
}

/** Leaves that hang or grow into the picture, in front of the subject. */
export function sketchLeaves(frame: Frame, stream: RandomStream): string {
  const hue = pick(stream, [35, 80, 100, 120, 150]) + wobble(stream, 15);
  const color = hsl(hue, between(stream, [0.25, 0.6]), between(stream, [0.2, 0.5]));
  const isAbove = happens(stream, 0.4);
  const middle = frame.width * stream.nextFloat();
  const leaves: string[] = [];
  for (let i = 5 + stream.nextInteger(6); i > 0; i--) {
    const length = frame.height * between(stream, [0.18, 0.42]);
    const x = middle + wobble(stream, frame.width * 0.35);
    const angle = (isAbove ? 180 : 0) + wobble(stream, 45);
    const blade = outline([[0, 6], [-length * 0.11, -length * 0.45], [0, -length], [
      length * 0.11,
      -length * 0.45,
    ]], 0.8);
    const tone = shade(color, wobble(stream, 0.25));
    leaves.push(group(
      `translate(${n(x)} ${n(isAbove ? 0 : frame.height)}) rotate(${n(angle)})`,
      fill(blade, tone) + stroke(`M0 0L0 ${n(-length * 0.9)}`, shade(tone, -0.2), 1),
    ));
  }
  return leaves.join("");
}

/** A post, a strip of wall or a blurred disc in front of the subject. */
export function sketchObstacle(frame: Frame, stream: RandomStream): string {
  const color = hsl(
    stream.nextFloat() * 360,
    between(stream, [0, 0.35]),
    between(stream, [0.15, 0.8]),
  );
  const x = frame.width * stream.nextFloat();
  switch (stream.nextInteger(3)) {
    case 0: {
      const width = frame.width * between(stream, [0.03, 0.09]);
      return box(x, -5, width, frame.height + 10, color) +
        box(x, -5, width * 0.3, frame.height + 10, shade(color, 0.3));
    }
    case 1: {
      const height = frame.height * between(stream, [0.06, 0.2]);
      return box(
        -5,
        frame.height - height,
        frame.width + 10,
        height + 5,
        color,
        0,
        'opacity="0.95"',
      );
    }
    default: {
      const size = frame.height * between(stream, [0.08, 0.22]);
      const y = frame.height * stream.nextFloat();
      return [1, 0.85, 0.7].map((s) => ellipse(x, y, size * s, size * s, color, 'opacity="0.45"'))
        .join("");
    }
  }
}
