import { assertEquals, assertStringIncludes } from "@std/assert";
import { resolve } from "@std/path";
import { parseCommandLine } from "../../tasks/command_line/flags.ts";
import { planExperiment } from "../../tasks/command_line/experiment_flags.ts";
import { formatJobs, PLAN_FLAGS } from "../../tasks/command_line/format_jobs.ts";
import { JOB_FLAGS } from "../../tasks/command_line/job_flags.ts";
import { needs } from "../support/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const SPEC = { task: "submit", summary: "", flags: [...PLAN_FLAGS, ...JOB_FLAGS], examples: [] };

testInFolder(
  "every element has the flags of the plan, one run at a time and its own cores",
  async (root) => {
    const roots = ["--data-root", `${root}/data`, "--results-root", `${root}/results`];
    const flags = parseCommandLine(SPEC, [
      ...["--dataset", "cub200", "--seed", "2024", "--backend", "wasm", "--cpus", "3"],
      ...["--minutes", "30", "--slurm-options=--partition=all --nice", ...roots],
    ])!;
    const configs = (await planExperiment(flags)).parts.flatMap((part) => part.configs);
    const elements = [{ number: 2, runs: configs.slice(1, 2) }];
    const { convert, runs, tables } = await formatJobs({ configs, elements, count: 9 }, flags);
    const command = runs.split("\n").find((line) => line.includes("reproduce_all.ts"));
    const outside = `data,results,${root}/data,${root}/results`;
    assertEquals(
      command,
      `${Deno.execPath()} run -P=compute --allow-write=${outside} tasks/reproduce_all.ts --dataset cub200 --seed 2024 ` +
        `--data-root ${root}/data --results-root ${root}/results --backend wasm --threads 3 --jobs 1 --rows-per-run ` +
        '--shard "$SLURM_ARRAY_TASK_ID/9" &',
    );
    for (
      const option of [
        "--time=30",
        "--partition=all",
        "--nice",
        "--array=2",
        `--chdir=${resolve()}`,
      ]
    ) {
      assertStringIncludes(runs, `#SBATCH ${option}\n`);
    }
    assertStringIncludes(convert, "tasks/fixtures.ts --dataset cub200");
    assertStringIncludes(convert, "tasks/convert.ts --dataset cub200");
    assertStringIncludes(tables, `tasks/table.ts --results-root ${root}/results`);
  },
  ["env"],
);

Deno.test({
  name: "roots within the checkout need no further permission",
  ignore: needs("read"),
  async fn() {
    const flags = parseCommandLine(SPEC, ["--dataset", "sop", "--threads", "1"])!;
    const configs = (await planExperiment(flags)).parts.flatMap((part) => part.configs);
    const elements = [{ number: 1, runs: configs }];
    const { runs } = await formatJobs({ configs, elements, count: 1 }, flags);
    assertStringIncludes(
      runs,
      `${Deno.execPath()} run -P=compute tasks/reproduce_all.ts --dataset sop --threads 1 --jobs 1`,
    );
  },
});
