/** The settings of one trial of a sweep, drawn at random. */

import { RandomStream } from "../../random_stream.ts";
import type { Overrides, OverrideValue } from "../config_fields.ts";
import type { SweptField } from "./sweep_space.ts";

/** Digits of a drawn number that is not whole: as many as a reader types again. */
const DIGITS = 3;

/**
 * Draws the settings of a trial. Trial 0 has none: it is the settings as they are.
 *
 * Each field of each trial has a stream of its own, so that neither more trials nor more fields change what was drawn before.
 *
 * @param seed Of the sweep.
 * @param trial 0, 1, ...
 */
export function drawTrial(fields: readonly SweptField[], seed: number, trial: number): Overrides {
  if (trial === 0) return {};
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      drawValue(field, RandomStream.named(seed, `sweep/${trial}/${field.name}`).nextFloat()),
    ]),
  );
}

/** @param share In [0, 1). */
function drawValue(field: SweptField, share: number): OverrideValue {
  if (field.kind === "choices") return field.choices[Math.floor(share * field.choices.length)]!;
  const { from, to, scale, isInteger } = field;
  const upper = isInteger ? to + 1 : to; // the last whole number is as likely as the others
  const drawn = scale === "log" ? from * (upper / from) ** share : from + (upper - from) * share;
  if (isInteger) return Math.min(Math.floor(drawn), to);
  return Math.min(Math.max(Number(drawn.toPrecision(DIGITS)), from), to);
}
