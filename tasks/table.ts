/** `deno task table`: only the tables and pictures. */

import { InputError } from "../lib/errors.ts";
import { gatherRows, readWaitingRows } from "../lib/experiment/run_rows.ts";
import { findStaleTables, regenerateTables } from "../lib/results/tables/build_tables.ts";
import { describeProgram, formatTaskCommand } from "./command_line/permissions.ts";
import { runTask } from "./command_line/run_task.ts";

await runTask({
  task: "table",
  folders: (
    flags,
  ) => [{
    path: flags.text("results-root") ?? "results",
    use: flags.isOn("check") ? "read" : "write",
  }],
  summary:
    "Regenerates every table and picture from the CSV files; the same rows give the same bytes.",
  flags: [
    { name: "results-root", value: "DIR", help: "Folder of the results; default results." },
    { name: "check", help: "Change nothing; fail if a table is not what the CSV files give." },
  ],
  examples: ["deno task table", "deno task table --check"],
}, async (flags) => {
  const resultsRoot = flags.text("results-root") ?? "results";
  if (!flags.isOn("check")) {
    await gatherRows(resultsRoot);
    for (const path of await regenerateTables(resultsRoot)) console.log(path);
    return;
  }
  const command = formatTaskCommand({
    ...describeProgram(),
    args: Deno.args.filter((arg) => arg !== "--check"),
  });
  const waiting = await readWaitingRows(resultsRoot);
  if (waiting.size > 0) {
    throw new InputError(
      `${resultsRoot}: Cannot pass as the rows of every run must be gathered: those of ${waiting.size} wait; ` +
        `run \`${command}\``,
    );
  }
  const stale = await findStaleTables(resultsRoot);
  if (stale.length > 0) {
    throw new InputError(
      `${
        stale[0]
      }: Cannot pass as all tables must be what the CSV files give: ${stale.length} are not; ` +
        `run \`${command}\``,
    );
  }
  console.log("All tables are what the CSV files give");
});
