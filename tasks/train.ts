/** `deno task train`: runs of the full setting. */

import { carryOutRuns } from "./command_line/carry_out_runs.ts";
import { runTask } from "./command_line/run_task.ts";
import { foldersOfRuns, planFromFlags, trainingFlags } from "./command_line/training_flags.ts";

await runTask({
  task: "train",
  folders: foldersOfRuns,
  summary: "Trains on all training images of a dataset and evaluates on its unseen classes.",
  flags: trainingFlags("full"),
  examples: [
    "deno task train --dataset cub200",
    "deno task train --dataset sop --loss proxy_an,proxy_anchor --seed 1,2,3 --epochs 6",
    "deno task train --dataset cub200 --profile paper --backbone resnet50 --protocol corrected",
    "deno task train --dataset folder --train photos/train --test photos/test --name photos",
  ],
}, async (flags) => carryOutRuns(await planFromFlags(flags, "full", [{ kind: "full" }]), flags));
