import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import type { Overrides } from "../../lib/experiment/config_fields.ts";
import { type Grid, planRuns } from "../../lib/experiment/plan.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { smallSettings } from "../support/train_config.ts";

const GRID: Grid = {
  profile: "mini",
  settings: [{ kind: "full" }],
  datasets: ["cub200"],
  protocols: ["published"],
  backbones: ["resnet_mini"],
  losses: ["proxy_an"],
  seeds: [1],
};
const SETTINGS_OF = { cub200: smallSettings(), sop: smallSettings({ epochCount: 7 }) };

/** The loss configurations and seeds of a plan, in its order. */
function plan(changes: Partial<Grid>, overrides: Overrides = {}) {
  return planRuns({ ...GRID, ...changes }, SETTINGS_OF, overrides)
    .map(({ loss, seed }) => ({ ...loss, seed }));
}

Deno.test("every combination of the axes is a run, axis by axis in the order of the grid", () => {
  const runs = planRuns({
    ...GRID,
    datasets: ["cub200", "sop"],
    protocols: ["published", "corrected"],
    losses: ["proxy_an", "proxy_nca"],
    seeds: [1, 2],
  }, SETTINGS_OF);
  assertEquals(
    runs.map(({ dataset, protocol, loss, seed }) => [dataset, protocol, loss.name, seed].join(" ")),
    ["cub200", "sop"].flatMap((dataset) =>
      ["published", "corrected"].flatMap((protocol) =>
        ["proxy_an", "proxy_nca"].flatMap((loss) =>
          [1, 2].map((seed) => `${dataset} ${protocol} ${loss} ${seed}`)
        )
      )
    ),
  );
  assertEquals(runs.map(({ epochCount }) => epochCount), [
    ...Array(8).fill(3),
    ...Array(8).fill(7),
  ]);
  assertEquals(new Set(runs.map(formatRunId)).size, 16);
});

Deno.test("partial and imbalance are runs of the datasets that have them alone", () => {
  const runs = planRuns({
    ...GRID,
    datasets: ["cub200", "sop"],
    settings: [{ kind: "full" }, { kind: "partial", rate: 0.5 }, { kind: "imbalance", gamma: 10 }],
  }, SETTINGS_OF);
  assertEquals(
    runs.map(({ dataset, setting }) => `${dataset} ${setting.kind}`),
    ["cub200 full", "sop full", "cub200 partial", "cub200 imbalance"],
  );
});

Deno.test("several values of a parameter are an axis behind the losses", () => {
  assertEquals(plan({ seeds: [1, 2] }, { alpha: [12, 32], margin: [0.1, 0.2] }).length, 8);
  assertEquals(
    plan({ losses: ["proxy_an", "proxy_anchor"] }, { alpha: [12, 32] }),
    ["proxy_an", "proxy_anchor"].flatMap((name) =>
      [12, 32].map((alpha) => ({ name, alpha, margin: 0.1, seed: 1 }))
    ) as ReturnType<typeof plan>,
  );
});

Deno.test("Proxy-NCA is one run whatever alphas the others have", () => {
  assertEquals(plan({ losses: ["proxy_an", "proxy_nca"] }, { alpha: [12, 32] }), [
    { name: "proxy_an", alpha: 12, margin: 0.1, seed: 1 },
    { name: "proxy_an", alpha: 32, margin: 0.1, seed: 1 },
    { name: "proxy_nca", seed: 1 },
  ]);
});

Deno.test("choices that come to one configuration are one run, at the place of the first", () => {
  assertEquals(plan({ seeds: [2, 1, 2] }).map(({ seed }) => seed), [2, 1]);
  assertEquals(plan({}, { alpha: [12, 12] }).length, 1);
  assertEquals(plan({ losses: ["proxy_nca", "proxy_an", "proxy_nca"] }).map(({ name }) => name), [
    "proxy_nca",
    "proxy_an",
  ]);
});

Deno.test("a parameter of none of the chosen losses is refused, and so is an empty list", () => {
  assertThrows(
    () => plan({ losses: ["proxy_nca"] }, { alpha: 12 }),
    UsageError,
    "Cannot use setting alpha as the loss must be proxy_an or proxy_anchor: it is proxy_nca",
  );
  assertThrows(
    () => plan({}, { margin: [] }),
    UsageError,
    "Cannot use setting margin as it must be a number, or a list of at least one: it is []",
  );
});

Deno.test("the weights of a backbone are part of its runs", () => {
  const grid: Grid = { ...GRID, backbones: ["resnet50", "resnet_mini"] };
  const runs = planRuns(grid, SETTINGS_OF, {}, (name) => name === "resnet50" ? "ab" : null);
  assertEquals(runs.map(({ pretrainedHash }) => pretrainedHash), ["ab", null]);
});

Deno.test("a rate of proxies is no part of runs whose loss takes none", () => {
  const rates = (losses: Grid["losses"], overrides: Overrides = {}) =>
    planRuns({ ...GRID, losses }, SETTINGS_OF, overrides)
      .map(({ optimizer }) => optimizer.proxyLearningRateMultiplier);
  assertEquals(rates(["proxy_an", "multi_similarity"]), [10, 1]);
  assertEquals(rates(["proxy_an", "multi_similarity"], { "proxy-multiplier": 50 }), [50, 1]);
  assertThrows(
    () => rates(["multi_similarity"], { "proxy-multiplier": 50 }),
    UsageError,
    "Cannot use setting proxy-multiplier as the loss must take proxies: it is multi_similarity",
  );
});
