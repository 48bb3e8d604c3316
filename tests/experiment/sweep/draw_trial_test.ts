import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { drawTrial } from "../../../lib/experiment/sweep/draw_trial.ts";
import type { SweptField } from "../../../lib/experiment/sweep/sweep_space.ts";

const RATE: SweptField = {
  name: "learning-rate",
  kind: "range",
  from: 1e-4,
  to: 1e-2,
  scale: "log",
  isInteger: false,
};
const EPOCHS: SweptField = {
  name: "epochs",
  kind: "range",
  from: 4,
  to: 6,
  scale: "linear",
  isInteger: true,
};
const ALPHA: SweptField = { name: "alpha", kind: "choices", choices: [12, 32] };
const FIELDS = [RATE, EPOCHS, ALPHA];
const TRIALS = Array.from({ length: 3000 }, (_, i) => i + 1);

const valuesOf = (field: SweptField) =>
  TRIALS.map((trial) => drawTrial([field], 1, trial)[field.name] as number);
const shareOf = (values: readonly number[], isMet: (value: number) => boolean) =>
  values.filter(isMet).length / values.length;

Deno.test("trial 0 is the settings as they are", () => {
  assertEquals(drawTrial(FIELDS, 1, 0), {});
});

Deno.test("a trial is drawn by seed and number; further fields and trials change nothing of it", () => {
  const trial = drawTrial(FIELDS, 1, 7);
  assertEquals(Object.keys(trial), ["learning-rate", "epochs", "alpha"]);
  assertEquals(drawTrial(FIELDS, 1, 7), trial);
  assertEquals(drawTrial([ALPHA], 1, 7), { alpha: trial.alpha! });
  assertNotEquals(drawTrial(FIELDS, 2, 7)["learning-rate"], trial["learning-rate"]);
  assertNotEquals(drawTrial(FIELDS, 1, 8)["learning-rate"], trial["learning-rate"]);
});

Deno.test("a logarithmic range has half of its draws below the geometric mean, with three digits", () => {
  const rates = valuesOf(RATE);
  assert(rates.every((rate) => rate >= 1e-4 && rate <= 1e-2));
  assert(rates.every((rate) => Number(rate.toPrecision(3)) === rate));
  assert(Math.abs(shareOf(rates, (rate) => rate < 1e-3) - 0.5) < 0.03);
});

Deno.test("a linear range has half of its draws below the mean", () => {
  const rates = valuesOf({ ...RATE, scale: "linear" });
  assert(Math.abs(shareOf(rates, (rate) => rate < 5.05e-3) - 0.5) < 0.03);
});

Deno.test("every whole number and every choice is as likely as the others", () => {
  const epochs = valuesOf(EPOCHS);
  for (const count of [4, 5, 6]) {
    assert(Math.abs(shareOf(epochs, (value) => value === count) - 1 / 3) < 0.03);
  }
  assertEquals(new Set(epochs), new Set([4, 5, 6]));
  assert(Math.abs(shareOf(valuesOf(ALPHA), (value) => value === 12) - 0.5) < 0.03);
});
