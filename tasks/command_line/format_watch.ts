/** What `watch` prints of a look at the runs. */

import type { WatchedResults, WatchedRun } from "../../lib/experiment/watch_runs.ts";
import { formatDuration } from "./format_duration.ts";

/** Lines of a look: one a run, and a sum. */
export function formatWatch({ doneCount, unfinished }: WatchedResults): string[] {
  const running = unfinished.filter(({ holder }) => holder !== null).length;
  const sum = `${doneCount} done, ${running} running, ${
    unfinished.length - running
  } standing still`;
  return [...unfinished.map(formatWatchedRun), sum];
}

/** One run: epochs, rate, Recall@1, time left, who works on it. */
export function formatWatchedRun(run: WatchedRun): string {
  const { runId, holder, epoch, epochCount, imagesPerSecond, recallAt1, bestRecallAt1 } = run;
  const parts = [
    epoch === null ? "before the first epoch" : `epoch ${epoch} of ${epochCount ?? "?"}`,
    imagesPerSecond === null ? "" : `${imagesPerSecond.toFixed(1)} images/s`,
    recallAt1 === null
      ? ""
      : `Recall@1 ${recallAt1.toFixed(1)} (best ${bestRecallAt1!.toFixed(1)})`,
    run.secondsLeft === null ? "" : `about ${formatDuration(run.secondsLeft)} left`,
    holder ??
      (run.problem === null ? "stands still: the command that began it goes on with it" : ""),
    run.problem ?? "",
  ];
  return `${runId}: ${parts.filter((part) => part !== "").join(", ")}`;
}

/** What tells two looks apart where lines are not redrawn: time passes in every line. */
export function watchKey({ runId, epoch, holder }: WatchedRun): string {
  return JSON.stringify([runId, epoch, holder]);
}
