/** `deno task watch`: what is running in a folder of results, also in other processes. */

import { watchRuns } from "../lib/experiment/watch_runs.ts";
import { formatWatch, formatWatchedRun, watchKey } from "./command_line/format_watch.ts";
import { escapeControls } from "../lib/file/quote_text.ts";
import { runTask } from "./command_line/run_task.ts";

/** Seconds between looks. */
const DEFAULT_SECONDS = 2;

await runTask({
  task: "watch",
  folders: (flags) => [{ path: flags.text("results-root") ?? "results", use: "read" }],
  summary:
    "Shows the runs that are not done: epochs, rate, Recall@1, time left. Ends when nobody works on any, or by Ctrl-C.",
  flags: [
    { name: "results-root", value: "DIR", help: "Folder of the results; default results." },
    {
      name: "every",
      value: "SECONDS",
      help: `Time between looks; default ${DEFAULT_SECONDS}.`,
    },
    { name: "once", help: "Look once." },
  ],
  examples: ["deno task watch", "deno task watch --results-root results --once"],
}, async (flags) => {
  const resultsRoot = flags.text("results-root") ?? "results";
  const seconds = flags.number("every", { minimum: 0.1, maximum: 3600 }) ?? DEFAULT_SECONDS;
  const isTerminal = Deno.stdout.isTerminal();
  const printed = new Set<string>();
  let drawnCount = 0;
  let idleLooks = 0;
  while (true) {
    const results = await watchRuns(resultsRoot, Date.now());
    const isIdle = results.unfinished.every(({ holder }) => holder === null);
    idleLooks = isIdle ? idleLooks + 1 : 0; // between two runs of a worker, none is running for a moment
    const isLast = flags.isOn("once") || idleLooks === 2;
    if (isTerminal) drawnCount = redraw(formatWatch(results), drawnCount);
    else {
      for (const run of results.unfinished.filter((run) => !printed.has(watchKey(run)))) {
        printed.add(watchKey(run));
        console.log(escapeControls(formatWatchedRun(run)));
      }
      if (isLast) console.log(formatWatch(results).at(-1)!);
    }
    if (isLast) return;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
});

/** Draws over the lines of the last look; a line that is too long for the terminal is cut, or counting lines would fail. */
function redraw(lines: readonly string[], drawnCount: number): number {
  const { columns } = Deno.consoleSize();
  const up = drawnCount > 0 ? `\x1b[${drawnCount}A` : "";
  const text = lines.map((line) => `\x1b[2K${escapeControls(line).slice(0, columns - 1)}\n`);
  Deno.stdout.writeSync(new TextEncoder().encode(`${up}\x1b[0J${text.join("")}`));
  return lines.length;
}
