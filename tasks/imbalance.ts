/** `deno task imbalance`: training under class imbalance. */

import { carryOutRuns } from "./command_line/carry_out_runs.ts";
import { runTask } from "./command_line/run_task.ts";
import { foldersOfRuns, planFromFlags, trainingFlags } from "./command_line/training_flags.ts";
import { settingsOfKind } from "./experiments/experiment.ts";
import { readRoots } from "./command_line/shared_flags.ts";

await runTask({
  task: "imbalance",
  folders: foldersOfRuns,
  summary:
    "Trains with class sizes that fall by the factor gamma: one run per gamma, loss, backbone, protocol and seed.",
  flags: [
    {
      name: "gamma",
      value: "G,...",
      help: "Imbalance factors, each at least 1; default those of the profile.",
    },
    ...trainingFlags("imbalance"),
  ],
  examples: [
    "deno task imbalance --dataset cub200",
    "deno task imbalance --dataset cars196 --gamma 10,50 --loss proxy_an,proxy_nca",
  ],
}, async (flags) => {
  const gammas = flags.numbers("gamma", { minimum: 1 });
  const settings = gammas?.map((gamma) => ({ kind: "imbalance", gamma }) as const) ??
    settingsOfKind(readRoots(flags).profile, "imbalance");
  await carryOutRuns(await planFromFlags(flags, "imbalance", settings), flags);
});
