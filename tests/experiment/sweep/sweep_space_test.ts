import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/errors.ts";
import { hasSetting, parseSweepSpace } from "../../../lib/experiment/sweep/sweep_space.ts";
import { configureLoss } from "../../../lib/loss/losses.ts";
import { smallConfig } from "../../support/train_config.ts";

const NCA = smallConfig({ loss: configureLoss("proxy_nca") });
const CONFIGS = [NCA, smallConfig()];
const parse = (value: unknown) => parseSweepSpace(value, "space.yaml", CONFIGS);
const messageOf = (value: unknown) => assertThrows(() => parse(value), UsageError).message;

Deno.test("a space has choices and ranges by setting, whole numbers where the setting is whole", () => {
  assertEquals(
    parse({
      "learning-rate": { from: 1e-4, to: 1e-2, scale: "log" },
      epochs: { from: 4, to: 8 },
      alpha: [12, 32],
    }),
    [
      {
        name: "learning-rate",
        kind: "range",
        from: 1e-4,
        to: 1e-2,
        scale: "log",
        isInteger: false,
      },
      { name: "epochs", kind: "range", from: 4, to: 8, scale: "linear", isInteger: true },
      { name: "alpha", kind: "choices", choices: [12, 32] },
    ],
  );
});

Deno.test("hyperparameters play a part for the losses that have them", () => {
  assertEquals(["alpha", "epochs", "proxy-multiplier"].map((name) => hasSetting(NCA, name)), [
    false,
    true,
    true,
  ]);
  assertEquals(hasSetting(smallConfig(), "alpha"), true);
  const pairs = smallConfig({ loss: configureLoss("multi_similarity") });
  assertEquals(hasSetting(pairs, "proxy-multiplier"), false);
});

const FORM = "a list of values, or {from: A, to: B} with scale: linear or log";
const NO_RANGE: readonly unknown[] = [
  ...[[], 12, null, { from: 1 }, { from: 2, to: 1 }, { from: 1, to: 2, scale: "cubic" }],
  ...[{ from: 0, to: 1, scale: "log" }, { from: 1, to: 2, step: 1 }],
];
for (const drawn of NO_RANGE) {
  Deno.test(`a space refuses ${JSON.stringify(drawn)} for a number`, () => {
    assertEquals(
      messageOf({ alpha: drawn }),
      `space.yaml: Cannot sweep alpha as it must have ${FORM}, A less than B and above 0 for log: it has ${
        JSON.stringify(drawn)
      }`,
    );
  });
}

Deno.test("a space refuses what is no setting, what the sweep decides itself, and values out of range", () => {
  assertEquals(
    messageOf({}),
    `space.yaml: Cannot sweep as the file must hold ${FORM}, by setting: it holds none`,
  );
  assertEquals(messageOf(["alpha"]), messageOf({}));
  assertEquals(
    messageOf({ alhpa: [1] }).replace(/one of .*:/, "one of NAMES:"),
    'space.yaml: Cannot sweep "alhpa" as it must be one of NAMES: it is "alhpa" (did you mean alpha?)',
  );
  assertEquals(messageOf({ "held-out-share": [0.1] }).includes("Cannot sweep"), true);
  assertEquals(
    messageOf({ alpha: { from: -1, to: 3 } }),
    "space.yaml: Cannot use setting alpha as it must be a number above 0: it is -1",
  );
  assertEquals(
    messageOf({ optimizer: ["adamw", "sgd"] }),
    'space.yaml: Cannot use setting optimizer as it must be one of adamw, adam, rmsprop: it is "sgd"',
  );
});
