/** `deno task report`: one page of everything in a folder of results. */

import { writeReport } from "../lib/report/write_report.ts";
import { runTask } from "./command_line/run_task.ts";

await runTask({
  task: "report",
  folders: (flags) => [{ path: flags.text("results-root") ?? "results", use: "write" }],
  summary:
    "Writes report.html into the folder of results: tables, curves, every run, and the views that `views` made. " +
    "It opens from disk; the same results give the same bytes.",
  flags: [
    { name: "results-root", value: "DIR", help: "Folder of the results; default results." },
    { name: "no-images", help: "Leave pictures out, where they must not be passed on." },
  ],
  examples: ["deno task report", "deno task report --no-images"],
}, async (flags) => {
  const resultsRoot = flags.text("results-root") ?? "results";
  const written = await writeReport(resultsRoot, { hasImages: !flags.isOn("no-images") });
  const megabytes = (written.sizeBytes / 1e6).toFixed(1);
  console.log(
    `${written.path}: ${written.runCount} runs, ${written.viewCount} with a view, ${megabytes} MB`,
  );
  if (written.viewCount === 0) {
    console.log(
      "What samplers drew and what networks do is left out: `deno task views` looks into runs",
    );
  }
});
