/** `deno task results`: folders of results brought together. */

import { UsageError } from "../lib/errors.ts";
import { mergeResults } from "../lib/cluster/merge_results.ts";
import { gatherRows } from "../lib/experiment/run_rows.ts";
import { regenerateTables } from "../lib/results/tables/build_tables.ts";
import { runTask } from "./command_line/run_task.ts";

const VERBS = ["merge"] as const;

await runTask({
  task: "results",
  operands: { value: "merge DIR...", minimum: 2 },
  folders: (flags) => [
    ...flags.operands.slice(1).map((path) => ({ path, use: "read" } as const)),
    { path: flags.text("results-root") ?? "results", use: "write" },
  ],
  summary:
    "Brings the rows and runs of folders of results into one, and writes its tables; rows that contradict each other are refused.",
  flags: [
    { name: "results-root", value: "DIR", help: "Folder that they go to; default results." },
  ],
  examples: ["deno task results merge node1/results node2/results"],
}, async (flags) => {
  const [verb, ...folders] = flags.operands;
  if (!VERBS.some((name) => name === verb)) {
    throw new UsageError(
      `Cannot run results as its first word must be ${VERBS.join(", ")}: it is ${
        JSON.stringify(verb)
      }`,
    );
  }
  const target = flags.text("results-root") ?? "results";
  const { rowCount, runCount } = await mergeResults(folders, target);
  await gatherRows(target);
  await regenerateTables(target);
  console.log(`${target}: ${rowCount} rows are new, files of ${runCount} runs were copied`);
});
