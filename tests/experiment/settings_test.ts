import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { resolveConfig, type RunChoice } from "../../lib/experiment/settings.ts";
import { smallSettings } from "../support/train_config.ts";

const CHOICE: RunChoice = {
  profile: "mini",
  dataset: "cub200",
  setting: { kind: "full" },
  protocol: "published",
  loss: "proxy_an",
  backbone: "resnet_mini",
  seed: 5,
  pretrainedHash: null,
};

Deno.test("a configuration is the settings and the choice, with nothing left open", () => {
  assertEquals(resolveConfig(smallSettings(), CHOICE), {
    ...smallSettings(),
    ...CHOICE,
    loss: { name: "proxy_an", alpha: 32, margin: 0.1 },
    heldOutShare: 0,
  });
});

Deno.test("parameters of the settings go to the losses that have them", () => {
  const settings = smallSettings({ lossParameters: { alpha: 12, margin: 0.2 } });
  assertEquals(resolveConfig(settings, CHOICE).loss, {
    name: "proxy_an",
    alpha: 12,
    margin: 0.2,
  });
  const withoutAny = resolveConfig(settings, { ...CHOICE, loss: "proxy_nca" });
  assertEquals(withoutAny.loss, { name: "proxy_nca" });
  assertEquals(JSON.stringify(withoutAny).includes("alpha"), false);
});

Deno.test("protocol corrected alone holds classes out", () => {
  const corrected = { ...CHOICE, protocol: "corrected" } as const;
  assertEquals(resolveConfig(smallSettings(), corrected).heldOutShare, 0.15);
  assertEquals(
    resolveConfig(smallSettings(), corrected, { "held-out-share": 0.3 }).heldOutShare,
    0.3,
  );
  assertEquals(resolveConfig(smallSettings(), CHOICE, { "held-out-share": 0.3 }).heldOutShare, 0);
});

Deno.test("overrides win over settings; a configuration takes one value", () => {
  const settings = smallSettings({ lossParameters: { alpha: 12 } });
  assertEquals(resolveConfig(settings, CHOICE, { alpha: 20, epochs: 9 }), {
    ...resolveConfig(settings, CHOICE),
    loss: { name: "proxy_an", alpha: 20, margin: 0.1 },
    epochCount: 9,
  });
  assertThrows(
    () => resolveConfig(settings, CHOICE, { alpha: [12, 32] }),
    UsageError,
    "Cannot use setting alpha as it must be a number above 0: it is [12,32]",
  );
});

Deno.test("what settings have for a network goes before the rest, for that network alone", () => {
  const settings = {
    ...smallSettings(),
    byBackbone: { resnet50: { epochCount: 9, lossParameters: { alpha: 12 } } },
  };
  const other = resolveConfig(settings, { ...CHOICE, backbone: "resnet50" });
  assertEquals([other.epochCount, other.loss], [9, {
    name: "proxy_an",
    alpha: 12,
    margin: 0.1,
  }]);
  assertEquals(resolveConfig(settings, CHOICE), resolveConfig(smallSettings(), CHOICE));
});
