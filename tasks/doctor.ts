/** `deno task doctor`: what this machine can compute, decode and find, and what to run next. */

import { examine } from "../lib/doctor/examine.ts";
import { formatReport } from "../lib/doctor/format_report.ts";
import { runTask } from "./command_line/run_task.ts";
import {
  BACKEND_FLAGS,
  readBackendChoice,
  readRoots,
  ROOT_FLAGS,
} from "./command_line/shared_flags.ts";

/** Every backend is tried, in the roots of both profiles. */
const LEFT_OUT = ["backend", "profile"];

await runTask({
  task: "doctor",
  summary:
    "Tries every backend and measures it, lists datasets and weights, says what to run next.",
  flags: [
    ...[...ROOT_FLAGS, ...BACKEND_FLAGS].filter(({ name }) => !LEFT_OUT.includes(name)),
    { name: "json", help: "Print the same as JSON." },
  ],
  examples: ["deno task doctor", "deno task doctor --json", "deno task doctor --threads 4"],
}, async (flags) => {
  const { dataRoot, resultsRoot } = readRoots(flags);
  const { options } = readBackendChoice(flags);
  const report = await examine({ dataRoot, resultsRoot, backendOptions: options });
  console.log(flags.isOn("json") ? JSON.stringify(report, null, 2) : formatReport(report));
  Deno.exit(0); // a native library may keep threads
});
