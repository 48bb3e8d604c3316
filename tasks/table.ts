/** `deno task table`: only the tables and pictures. */

import { regenerateTables } from "../lib/results/build_tables.ts";
import { runTask } from "./command_line/run_task.ts";

await runTask({
  task: "table",
  summary:
    "Regenerates every table and picture from the CSV files; the same rows give the same bytes.",
  flags: [{ name: "results-root", value: "DIR", help: "Folder of the results; default results." }],
  examples: ["deno task table", "deno task table --results-root results"],
}, async (flags) => {
  for (const path of await regenerateTables(flags.text("results-root") ?? "results")) {
    console.log(path);
  }
});
