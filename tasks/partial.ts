/** `deno task partial`: training on a part of every class. */

import { carryOutRuns } from "./command_line/carry_out_runs.ts";
import { runTask } from "./command_line/run_task.ts";
import { foldersOfRuns, planFromFlags, trainingFlags } from "./command_line/training_flags.ts";
import { settingsOfKind } from "./experiments/experiment.ts";
import { readRoots } from "./command_line/shared_flags.ts";

await runTask({
  task: "partial",
  folders: foldersOfRuns,
  summary: "Trains on a part of every class: one run per rate, loss, backbone, protocol and seed.",
  flags: [
    { name: "rate", value: "R,...", help: "Parts, each in (0, 1]; default those of the profile." },
    ...trainingFlags("partial"),
  ],
  examples: [
    "deno task partial --dataset cub200",
    "deno task partial --dataset cars196 --rate 0.1,0.5 --loss proxy_an,proxy_nca",
  ],
}, async (flags) => {
  const rates = flags.numbers("rate", { minimum: 1e-6, maximum: 1 });
  const settings = rates?.map((rate) => ({ kind: "partial", rate }) as const) ??
    settingsOfKind(readRoots(flags).profile, "partial");
  await carryOutRuns(await planFromFlags(flags, "partial", settings), flags);
});
