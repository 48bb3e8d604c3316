import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/errors.ts";
import { configureLoss } from "../../lib/loss/losses.ts";
import { parseCommandLine } from "../../tasks/command_line/flags.ts";
import { planFromFlags, trainingFlags } from "../../tasks/command_line/training_flags.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const SPEC = { task: "train", summary: "Trains.", flags: trainingFlags("full"), examples: [] };

/** The configurations that a command line asks for, in the full setting. */
async function planOf(...args: string[]) {
  const flags = parseCommandLine(SPEC, ["--dataset", "cub200", ...args])!;
  return (await planFromFlags(flags, "full", [{ kind: "full" }])).configs;
}

Deno.test("without flags a run has the paper's loss and the settings of its profile", async () => {
  const [mini, ...others] = await planOf();
  assertEquals(others, []);
  assertEquals(mini!.loss, { name: "proxy_an", alpha: 12, margin: 0.1 });
  assertEquals(mini!.backbone, "resnet_mini");
});

Deno.test("lists of the command line are axes: losses, seeds, protocols and parameters", async () => {
  const configs = await planOf(
    ..."--loss proxy_an,proxy_nca --alpha 12,32 --seed 1,2 --protocol published,corrected"
      .split(" "),
  );
  assertEquals(
    configs.map(({ protocol, loss, seed }) => ({ protocol, ...loss, seed })),
    ["published", "corrected"].flatMap((protocol) => [
      ...[12, 32].flatMap((alpha) =>
        [1, 2].map((seed) => ({ protocol, name: "proxy_an", alpha, margin: 0.1, seed }))
      ),
      ...[1, 2].map((seed) => ({ protocol, name: "proxy_nca", seed })),
    ]) as unknown[],
  );
});

Deno.test("--alpha without a loss that has it is refused", async () => {
  await assertRejects(
    () => planOf("--loss", "proxy_nca", "--alpha", "12"),
    UsageError,
    "Cannot use setting alpha as the loss must be proxy_an or proxy_anchor: it is proxy_nca",
  );
  await assertRejects(
    () => planOf("--alpha", "12,0"),
    UsageError,
    "Cannot use setting alpha as it must be a number above 0: it is 0",
  );
});

testInFolder("a configuration file takes the same lists, and flags win over it", async (folder) => {
  const path = join(folder, "run.yaml");
  await Deno.writeTextFile(path, "alpha: [12, 32]\nmargin: 0.2\n");
  assertEquals(
    (await planOf("--config", path)).map(({ loss }) => loss),
    [12, 32].map((alpha) => configureLoss("proxy_an", { alpha, margin: 0.2 })),
  );
  assertEquals(
    (await planOf("--config", path, "--alpha", "7")).map(({ loss }) => loss),
    [configureLoss("proxy_an", { alpha: 7, margin: 0.2 })],
  );
  await assertRejects(
    () => planOf("--config", path, "--loss", "proxy_nca"),
    UsageError,
    "Cannot use setting alpha as the loss must be proxy_an or proxy_anchor: it is proxy_nca",
  );
});
