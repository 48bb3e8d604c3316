import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { Profile } from "../../lib/dataset/record.ts";
import { planRuns } from "../../lib/experiment/plan.ts";
import { BACKBONE_NAMES, findBackbone } from "../../lib/model/registry.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { COMPARED_LOSSES } from "../../tasks/experiments/compared_losses.ts";
import { defaultBackbone, gridsOf, PARTS, SETTINGS } from "../../tasks/experiments/experiment.ts";
import { needs } from "../support/permissions.ts";

const planIds = (profile: Profile) =>
  PARTS[profile].flatMap((part) => gridsOf(profile, part))
    .flatMap((grid) => planRuns(grid, SETTINGS[profile])).map(formatRunId);

Deno.test("the paper's loss is compared first, then its two baselines", () => {
  assertEquals<readonly string[]>(COMPARED_LOSSES.slice(0, 3), [
    "proxy_an",
    "proxy_anchor",
    "proxy_nca",
  ]);
});

Deno.test("every profile has a network of its size by default", () => {
  assertEquals(findBackbone(defaultBackbone("mini")).sizeClass, "small");
  assertEquals(findBackbone(defaultBackbone("paper")).sizeClass, "large");
  assertEquals(BACKBONE_NAMES.includes(defaultBackbone("paper")), true);
});

Deno.test({
  name:
    "the committed runs are those that reproduce-all plans for the miniatures, and runs on photographs",
  ignore: needs("read"),
  async fn() {
    const folder = fromFileUrl(new URL("../../results/runs", import.meta.url));
    const ids = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    const drawn = ids.filter((id) => !id.startsWith("photos-"));
    assertEquals(drawn.sort(), planIds("mini").sort());
  },
});

Deno.test("small photographs have the paper's losses on two datasets, five seeds and both protocols", () => {
  const [part] = PARTS.photos;
  const plan = gridsOf("photos", part!).flatMap((grid) => planRuns(grid, SETTINGS.photos));
  const full = plan.filter(({ setting, heldOutShare, protocol }) =>
    setting.kind === "full" && (protocol === "published" || heldOutShare === 0.15)
  );
  assertEquals(full.length, 2 * 2 * 3 * 5);
  assertEquals(new Set(plan.map(({ backbone }) => backbone)), new Set(["deit_ti"]));
  const rates = plan.flatMap(({ setting }) => setting.kind === "partial" ? [setting.rate] : []);
  const gammas = plan.flatMap(({ setting }) => setting.kind === "imbalance" ? [setting.gamma] : []);
  assertEquals([new Set(rates).size, new Set(gammas).size], [3, 2]);
});
