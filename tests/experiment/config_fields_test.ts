import { applyOverrides } from "../../lib/experiment/apply_overrides.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { CONFIG_FIELDS, type Overrides } from "../../lib/experiment/config_fields.ts";
import { LOSS_PARAMETERS } from "../../lib/loss/losses.ts";
import { smallConfig } from "../support/train_config.ts";

const CONFIG = smallConfig();
const message = (overrides: Overrides, config = CONFIG) =>
  assertThrows(() => applyOverrides(config, overrides), UsageError).message;

Deno.test("fields have names of their own and help that ends in a period", () => {
  const names = CONFIG_FIELDS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(CONFIG_FIELDS.filter(({ help }) => !help.endsWith(".")), []);
  assertEquals(
    CONFIG_FIELDS.filter(({ isAxis }) => isAxis).map(({ name }) => name),
    LOSS_PARAMETERS.map(({ name }) => name),
  );
});

Deno.test("without overrides a configuration stays as it is", () => {
  assertEquals(applyOverrides(CONFIG, {}), CONFIG);
});

Deno.test("every field replaces its place in the configuration and nothing else", () => {
  const { optimizer, schedule } = CONFIG;
  const cases: [Overrides, Partial<typeof CONFIG>][] = [
    [{ epochs: 7 }, { epochCount: 7 }],
    [{ "warmup-epochs": 0 }, { warmupEpochCount: 0 }],
    [{ "evaluate-every": 4 }, { evaluateEvery: 4 }],
    [{ "classes-per-batch": 5 }, { classesPerBatch: 5 }],
    [{ "images-per-class": 6 }, { imagesPerClass: 6 }],
    [{ "embedding-size": 9 }, { embeddingSize: 9 }],
    [{ "input-size": 10 }, { inputSize: 10 }],
    [{ "resize-size": 20 }, { resizeSize: 20 }],
    [{ alpha: 12 }, { loss: { name: "proxy_an", alpha: 12, margin: 0.1 } }],
    [{ margin: 0 }, { loss: { name: "proxy_an", alpha: 32, margin: 0 } }],
    [{ "learning-rate": 0.5 }, { optimizer: { ...optimizer, learningRate: 0.5 } }],
    [{ "proxy-multiplier": 3 }, { optimizer: { ...optimizer, proxyLearningRateMultiplier: 3 } }],
    [{ "weight-decay": 0 }, { optimizer: { ...optimizer, weightDecay: 0 } }],
    [{ "clip-value": 5 }, { optimizer: { ...optimizer, clipValue: 5 } }],
    [{ "schedule-every": 3 }, { schedule: { kind: "step", every: 3, factor: 0.5 } }],
    [{ "schedule-factor": 0.25 }, { schedule: { kind: "step", every: 2, factor: 0.25 } }],
    [{ schedule: "step" }, { schedule }],
    [{ "freeze-batch-norm": true }, { hasFrozenBatchNorm: true }],
    [{ "held-out-share": 0.2 }, {}], // protocol published holds out nothing
  ];
  for (const [overrides, changes] of cases) {
    assertEquals(applyOverrides(CONFIG, overrides), { ...CONFIG, ...changes });
  }
  const tried = new Set(cases.flatMap(([overrides]) => Object.keys(overrides)));
  const ofOtherLosses = LOSS_PARAMETERS.map(({ name }) => name)
    .filter((name) => !(name in CONFIG.loss));
  const others = [...ofOtherLosses, "optimizer", "schedule-milestones", "schedule-floor"]; // below
  assertEquals(CONFIG_FIELDS.map(({ name }) => name).filter((name) => !tried.has(name)), others);
});

Deno.test("settings by name win over what an optimizer or a schedule brings with it, in any order", () => {
  const { optimizer, schedule } = applyOverrides(CONFIG, {
    "schedule-milestones": [2],
    "weight-decay": 1e-3,
    "clip-value": 4,
    epochs: 8,
    schedule: "multistep",
    optimizer: "adam",
  });
  assertEquals(optimizer, { ...CONFIG.optimizer, name: "adam", weightDecay: 1e-3, clipValue: 4 });
  assertEquals(schedule, { kind: "multistep", milestones: [2], factor: 0.5 });
  assertEquals(
    applyOverrides(CONFIG, { "schedule-floor": 0.1, schedule: "cosine", epochs: 8 }).schedule,
    { kind: "cosine", epochCount: 8, floor: 0.1, proxyEpochCount: 2 },
  );
});

Deno.test("an unknown field is refused with the nearest", () => {
  const names = CONFIG_FIELDS.map(({ name }) => name).join(", ");
  assertEquals(
    message({ epoch: 3 }),
    `Cannot use setting epoch as it must be one of ${names}: it is "epoch" (did you mean epochs?)`,
  );
});

Deno.test("a value that breaks its rule is refused with the rule", () => {
  const cases: [Overrides, string][] = [
    [{ epochs: 0 }, "epochs as it must be a whole number of at least 1: it is 0"],
    [{ epochs: 1.5 }, "epochs as it must be a whole number of at least 1: it is 1.5"],
    [{ epochs: "3" }, 'epochs as it must be a whole number of at least 1: it is "3"'],
    [{ alpha: 0 }, "alpha as it must be a number above 0: it is 0"],
    [{ alpha: [12, 32] }, "alpha as it must be a number above 0: it is [12,32]"],
    [{ margin: 1.1 }, "margin as it must be a number of at least 0 and at most 1: it is 1.1"],
    [{ "clip-value": 0 }, "clip-value as it must be a number above 0: it is 0"],
    [{ "learning-rate": NaN }, "learning-rate as it must be a number of at least 0: it is NaN"],
    [{ optimizer: "sgd" }, 'optimizer as it must be one of adamw, adam, rmsprop: it is "sgd"'],
    [
      { "freeze-batch-norm": "yes" },
      'freeze-batch-norm as it must be true or false: it is "yes"',
    ],
    [
      { schedule: "multistep", "schedule-milestones": [0] },
      "schedule-milestones as it must be numbers of at least 1: it is [0]",
    ],
  ];
  for (const [overrides, text] of cases) {
    assertEquals(message(overrides), `Cannot use setting ${text}`);
  }
});

Deno.test("settings that do not fit together are refused", () => {
  assertEquals(
    message({ "schedule-floor": 0.1 }),
    "Cannot use setting schedule-floor as the schedule must be cosine: it is step",
  );
  assertEquals(
    message({ schedule: "cosine", "schedule-factor": 0.1 }),
    "Cannot use setting schedule-factor as the schedule must be step or multistep or exponential: it is cosine",
  );
  assertEquals(
    message({ "input-size": 20 }),
    "Cannot use resize-size as it must be at least input-size (20): it is 18",
  );
  assertEquals(
    message({ margin: 0.2 }, smallConfig({ loss: { name: "proxy_nca" } })),
    "Cannot use setting margin as the loss must be proxy_an or proxy_anchor: it is proxy_nca",
  );
});
