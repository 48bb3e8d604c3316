/** `deno task sweep`: settings drawn at random, scored on held-out training classes. */

import { carryOutSweep } from "./command_line/carry_out_sweep.ts";
import { runTask } from "./command_line/run_task.ts";
import { resultsToWrite } from "./command_line/shared_flags.ts";
import { planSweep, SWEEP_FLAGS } from "./command_line/sweep_flags.ts";

await runTask({
  task: "sweep",
  folders: resultsToWrite,
  summary:
    "Tries settings on folds of the training classes; every trial is a row of sweep.csv. No test image is read.",
  flags: SWEEP_FLAGS,
  examples: [
    "deno task sweep --dataset cub200 --space tasks/experiments/mini_sweep.yaml --trials 4",
    "deno task sweep --dataset cub200 --profile photos --space tasks/experiments/photos_sweep.yaml --loss proxy_an,proxy_anchor",
  ],
}, async (flags) => carryOutSweep(await planSweep(flags), flags));
