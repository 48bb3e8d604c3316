/** How a person who wears a garment stands. Origin at the waist, y downwards, height about 300. */

import type { RandomStream } from "../random_stream.ts";
import { between, happens, pick, wobble } from "./choices.ts";
import type { Rgb } from "./color.ts";
import { n, type Point } from "./sketch.ts";

/** Height of the shoulders. */
export const SHOULDER_Y = -88;
/** Height of the hips. */
export const HIP_Y = 26;
/** Height of the ground. */
export const FOOT_Y = 156;

/** How the person stands. */
export interface FigurePose {
  /** Half the width of the shoulders and of the hips. */
  readonly shoulder: number;
  readonly hip: number;
  /** Where the hands are. */
  readonly hands: readonly [Point, Point];
  /** Sideways step of each foot. */
  readonly feet: readonly [number, number];
  readonly isBack: boolean;
  readonly skin: Rgb;
  readonly hair: Rgb;
  readonly hasLongHair: boolean;
}

const SKINS: readonly Rgb[] = [[246, 214, 188], [226, 180, 142], [190, 136, 96], [134, 88, 60], [
  88,
  58,
  42,
]];

/** Draws a pose; `width` 1 is seen from the front, less from the side. */
export function drawPose(
  isWoman: boolean,
  width: number,
  isBack: boolean,
  stream: RandomStream,
): FigurePose {
  const arm = (side: number): Point =>
    happens(stream, 0.3)
      ? [side * between(stream, [26, 34]) * width, between(stream, [-4, 8])] // on the hip
      : [side * between(stream, [38, 62]) * width, between(stream, [18, 34])];
  return {
    shoulder: (isWoman ? 33 : 40) * width * between(stream, [0.94, 1.06]),
    hip: (isWoman ? 28 : 27) * width * between(stream, [0.94, 1.06]),
    hands: [arm(-1), arm(1)],
    feet: [-14 * width + wobble(stream, 10), 14 * width + wobble(stream, 10)],
    isBack,
    skin: pick(stream, SKINS),
    hair: pick(
      stream,
      [[36, 26, 22], [84, 54, 34], [150, 100, 56], [214, 176, 108], [140, 56, 30]] as const,
    ),
    hasLongHair: isWoman ? happens(stream, 0.7) : happens(stream, 0.08),
  };
}

/** From the shoulder by the elbow toward the hand; `share` 1 reaches it. */
export function armPath(pose: FigurePose, side: number, i: number, share: number): string {
  const [handX, handY] = pose.hands[i]!;
  const start: Point = [side * (pose.shoulder - 5), SHOULDER_Y + 8];
  const elbow: Point = [(start[0] + handX) / 2 + side * 14, (start[1] + handY) / 2 + 6];
  if (share <= 0.5) {
    const at = share * 2;
    return `M${n(start[0])} ${n(start[1])}L${n(start[0] + (elbow[0] - start[0]) * at)} ${
      n(start[1] + (elbow[1] - start[1]) * at)
    }`;
  }
  const at = share * 2 - 1;
  return `M${n(start[0])} ${n(start[1])}L${n(elbow[0])} ${n(elbow[1])}L${
    n(elbow[0] + (handX - elbow[0]) * at)
  } ${n(elbow[1] + (handY - elbow[1]) * at)}`;
}
