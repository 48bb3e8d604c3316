/**
 * How many classes and images each miniature has, and how hard it is: the one place to change either.
 *
 * More nuisance makes retrieval harder for any network; more candidates a class push classes apart.
 */

import type { DatasetName } from "../dataset/datasets.ts";
import type { Range } from "./choices.ts";

/** Goes into every stamp: change it whenever a drawing changes, so that older miniatures are drawn again. */
export const FIXTURES_VERSION = 6;

/** Seed of every miniature. */
export const FIXTURES_SEED = 2024;

/** What varies between images of one class. */
export interface Nuisance {
  /** Extent of the subject over the extent of the picture, along the tighter side. */
  readonly subjectShare: Range;
  /** How far the subject may leave the middle, as a share of the picture. */
  readonly shift: number;
  /** Largest turn in the plane. */
  readonly turnDegrees: number;
  /** Deviation of a part's color from its class's, in channel values. */
  readonly colorJitter: number;
  /** Probability that the subject comes in its class's second color, where a class has one. */
  readonly recolorChance: number;
  /** Saturation of backdrops. */
  readonly backdropSaturation: Range;
  /** Deviation of the backdrop's noise, in channel values. */
  readonly mottle: number;
  /** Largest number of colored things around the subject. */
  readonly clutterCount: number;
  /** Probability that something stands before the subject. */
  readonly occluderChance: number;
  /** Deviation of the exposure, in stops. */
  readonly exposureStops: number;
  /** Deviation of each channel's white balance, in stops. */
  readonly colorCast: number;
  /** Largest change of light from the middle to the edge, relative. */
  readonly lightFall: number;
  readonly blurChance: number;
  /** Deviation of the sensor's noise, in channel values. */
  readonly grain: number;
}

/** Size and difficulty of one miniature. */
export interface Tuning {
  readonly trainClassCount: number;
  readonly testClassCount: number;
  /** Fewest and most images of a class. */
  readonly imagesPerClass: Range;
  /** Classes drawn for each one kept, the one farthest from those before: 1 is no separation. */
  readonly candidateCount: number;
  readonly nuisance: Nuisance;
}

/** The miniatures. */
export const TUNING: Readonly<Record<DatasetName, Tuning>> = {
  cub200: {
    trainClassCount: 24,
    testClassCount: 16,
    imagesPerClass: [12, 12],
    candidateCount: 12,
    nuisance: {
      subjectShare: [0.8, 1.12],
      shift: 0.1,
      turnDegrees: 14,
      colorJitter: 9,
      recolorChance: 0,
      backdropSaturation: [0, 0.28],
      mottle: 16,
      clutterCount: 5,
      occluderChance: 0.25,
      exposureStops: 0.22,
      colorCast: 0.06,
      lightFall: 0.3,
      blurChance: 0.12,
      grain: 4,
    },
  },
  cars196: {
    trainClassCount: 24,
    testClassCount: 16,
    imagesPerClass: [12, 12],
    candidateCount: 20,
    nuisance: {
      subjectShare: [0.9, 1.15],
      shift: 0.08,
      turnDegrees: 5,
      colorJitter: 6,
      recolorChance: 0.07,
      backdropSaturation: [0, 0.16],
      mottle: 12,
      clutterCount: 3,
      occluderChance: 0.2,
      exposureStops: 0.18,
      colorCast: 0.06,
      lightFall: 0.25,
      blurChance: 0.12,
      grain: 4,
    },
  },
  sop: {
    trainClassCount: 48,
    testClassCount: 32,
    imagesPerClass: [2, 8],
    candidateCount: 20,
    nuisance: {
      subjectShare: [0.95, 1.25],
      shift: 0.08,
      turnDegrees: 7,
      colorJitter: 8,
      recolorChance: 0,
      backdropSaturation: [0, 0.24],
      mottle: 10,
      clutterCount: 3,
      occluderChance: 0.15,
      exposureStops: 0.18,
      colorCast: 0.06,
      lightFall: 0.3,
      blurChance: 0.12,
      grain: 4,
    },
  },
  in_shop: {
    trainClassCount: 40,
    testClassCount: 26,
    imagesPerClass: [5, 9],
    candidateCount: 12,
    nuisance: {
      subjectShare: [0.95, 1.2],
      shift: 0.06,
      turnDegrees: 3,
      colorJitter: 6,
      recolorChance: 0,
      backdropSaturation: [0, 0.2],
      mottle: 10,
      clutterCount: 2,
      occluderChance: 0.1,
      exposureStops: 0.14,
      colorCast: 0.05,
      lightFall: 0.2,
      blurChance: 0.1,
      grain: 4,
    },
  },
};
