import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/errors.ts";
import { parseCommandLine } from "../../tasks/command_line/flags.ts";
import { planSweep, SWEEP_FLAGS } from "../../tasks/command_line/sweep_flags.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const SPEC = { task: "sweep", summary: "Tries.", flags: SWEEP_FLAGS, examples: [] };

async function planOf(folder: string, ...args: string[]) {
  const path = join(folder, "space.yaml");
  await Deno.writeTextFile(
    path,
    "alpha: [12, 32]\nlearning-rate: {from: 1e-4, to: 1e-2, scale: log}\n",
  );
  const flags = parseCommandLine(SPEC, ["--dataset", "cub200", "--space", path, ...args])!;
  return await planSweep(flags);
}

testInFolder(
  "a sweep has the settings as they are, then trials with the same draws for each loss",
  async (folder) => {
    const { trials, foldCount } = await planOf(
      folder,
      ..."--loss proxy_an,proxy_nca --trials 2 --epochs 5".split(" "),
    );
    assertEquals(foldCount, 3);
    assertEquals(trials.map(({ number, config }) => `${number} ${config.loss.name}`), [
      "0 proxy_an",
      "0 proxy_nca",
      "1 proxy_an",
      "1 proxy_nca",
      "2 proxy_an",
      "2 proxy_nca",
    ]);
    for (const { config } of trials) {
      assertEquals([config.protocol, config.heldOutShare, config.epochCount], ["corrected", 0, 5]);
    }
    const rates = trials.map(({ config }) => config.optimizer.learningRate);
    assertEquals([rates[2], rates[4]], [rates[3], rates[5]]);
    assertEquals(trials[0]!.config.optimizer.learningRate, 1e-2); // tasks/experiments/mini.ts
    assertEquals(Object.keys(trials[3]!.drawn), ["learning-rate"]); // Proxy-NCA has no alpha
  },
);

testInFolder("more trials begin with those of fewer", async (folder) => {
  const few = await planOf(folder, "--trials", "2");
  const more = await planOf(folder, "--trials", "5");
  assertEquals(more.trials.slice(0, 3), few.trials);
});

testInFolder(
  "a sweep without a space, of several values, or of another profile's dataset is refused",
  async (folder) => {
    const flags = parseCommandLine(SPEC, ["--dataset", "cub200"])!;
    await assertRejects(
      () => planSweep(flags),
      UsageError,
      "Cannot sweep as --space must name a file of what is tried: it is missing",
    );
    await assertRejects(
      () => planOf(folder, "--margin", "0.1,0.2"),
      UsageError,
      "Cannot sweep as a setting must have one value: it has several; name them in --space",
    );
    const other = ["--dataset", "sop", "--profile", "photos", "--space", "x"];
    await assertRejects(
      () => planSweep(parseCommandLine(SPEC, other)!),
      UsageError,
      'Cannot use --dataset as it must be one of cub200, cars196: it is "sop"',
    );
  },
);
