import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { EXPERIMENT_FLAGS, planExperiment } from "../../tasks/command_line/experiment_flags.ts";
import { parseCommandLine } from "../../tasks/command_line/flags.ts";
import { WEIGHTS_FLAG } from "../../tasks/command_line/pretrained_flags.ts";
import { BACKEND_FLAGS, ROOT_FLAGS } from "../../tasks/command_line/shared_flags.ts";
import { needs } from "../support/permissions.ts";

const SPEC = {
  task: "reproduce-all",
  summary: "Any.",
  flags: [...EXPERIMENT_FLAGS, ...ROOT_FLAGS, ...BACKEND_FLAGS, WEIGHTS_FLAG],
  examples: [],
};
const plan = async (...args: string[]) => {
  const { parts } = await planExperiment(
    parseCommandLine(SPEC, ["--profile", "paper", "--weights", "none", ...args])!,
  );
  return parts.flatMap(({ configs }) => configs);
};
const ONE = ["--seed", "2024", "--protocol", "published"];

// Right values: METHOD, "Which configurations exist". 64 runs a seed, of which rate 1.0 is the full run at its alpha:
// 4 full at alpha 32, 2 at alpha 12 (by rate 1.0), 2 x 2 x 9 partial, 2 x 2 x 5 imbalance.
Deno.test("the paper's experiment is the authors' runs: 62 computations a seed", async () => {
  const configs = await plan(...ONE);
  assertEquals(configs.length, 62);
  const of = (kind: string) => configs.filter(({ setting }) => setting.kind === kind);
  assertEquals([of("full").length, of("partial").length, of("imbalance").length], [6, 36, 20]);
  assertEquals(new Set(configs.map(({ loss }) => loss.name)), new Set(["proxy_an"]));
  assertEquals(new Set(configs.map(({ backbone }) => backbone)), new Set(["resnet50"]));
  assertEquals(
    of("partial").some(({ setting }) => setting.kind === "partial" && setting.rate === 1),
    false,
  );
});

Deno.test("baselines and other backbones are parts of their own, and no run is planned twice", async () => {
  // Proxy-Anchor as Proxy-AN, Proxy-NCA without alpha: 4 full, 2 x 9 partial, 2 x 5 imbalance
  assertEquals((await plan(...ONE, "--part", "baselines")).length, 62 + 32);
  assertEquals((await plan(...ONE, "--part", "backbones")).length, 2 * (62 + 62 + 32));
  assertEquals((await plan(...ONE, "--part", "all")).length, 62 + 94 + 312);
});

Deno.test("flags narrow a plan, each by its own axis", async () => {
  const configs = await plan(...ONE, "--dataset", "cub200,sop", "--alpha", "12");
  assertEquals(new Set(configs.map(({ dataset }) => dataset)), new Set(["cub200"])); // sop has alpha 32 alone
  assertEquals(configs.length, 1 + 9 + 5);
  const five = await plan("--dataset", "sop", "--protocol", "published");
  assertEquals(five.map(({ seed }) => seed), [2024, 2025, 2026, 2027, 2028]);
});

Deno.test("protocol corrected also trains on all classes, for the epoch that held-out classes choose", async () => {
  const configs = await plan("--dataset", "sop", "--protocol", "corrected", "--seed", "2024");
  assertEquals(configs.map(({ heldOutShare }) => heldOutShare), [0.15, 0]);
});

Deno.test("a value that no run of the part has is misuse", async () => {
  await assertRejects(
    () => plan("--loss", "proxy_nca"),
    UsageError,
    "Cannot use --loss as it must be one of those of the part (proxy_an): it is proxy_nca",
  );
  await assertRejects(
    () => plan("--seed", "7"),
    UsageError,
    "(2024, 2025, 2026, 2027, 2028): it is 7",
  );
  await assertRejects(() => plan("--part", "authers"), UsageError, "did you mean authors?");
});

Deno.test({
  name: "weights that are missing are named by backbone, and the plan goes on",
  ignore: needs("read"),
  async fn() {
    const flags = parseCommandLine(SPEC, [
      "--profile",
      "paper",
      "--part",
      "backbones",
      "--data-root",
      "no/such/data",
      ...ONE,
    ])!;
    const { missingWeights, parts } = await planExperiment(flags);
    assertEquals([...missingWeights.keys()], ["bn_inception", "deit_s"]);
    assertEquals(parts[0]!.configs.length, 312);
  },
});
