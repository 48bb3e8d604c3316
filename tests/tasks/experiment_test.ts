import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { planRuns } from "../../lib/experiment/plan.ts";
import { BACKBONE_NAMES, findBackbone } from "../../lib/model/registry.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { COMPARED_LOSSES } from "../../tasks/experiments/compared_losses.ts";
import { defaultBackbone, gridsOf, PARTS, SETTINGS } from "../../tasks/experiments/experiment.ts";
import { needs } from "../support/permissions.ts";

const planIds = (profile: "mini" | "paper") =>
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
  name: "the committed runs are those that reproduce-all plans for the miniatures",
  ignore: needs("read"),
  async fn() {
    const folder = fromFileUrl(new URL("../../results/runs", import.meta.url));
    const ids = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assertEquals(ids.sort(), planIds("mini").sort());
  },
});
