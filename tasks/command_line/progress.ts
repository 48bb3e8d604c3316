/** Progress on a terminal as bars, elsewhere as plain lines now and then: what, how far, how long. */

import cliProgress from "cli-progress";
import { formatDuration } from "./format_duration.ts";

/** Seconds between plain lines. */
const PLAIN_INTERVAL_SECONDS = 10;

/** Shows how far something is. */
export interface Progress {
  /** Sets how much of the total is done and what is going on. */
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

/** Words for how far it is. */
export type DescribeAmount = (done: number, total: number) => string;

/**
 * Opens a progress display on standard error.
 *
 * @param label What is going on, such as `cub200`.
 * @param describe How far it is. @default {"120 of 352"}
 */
export function openProgress(
  label: string,
  describe: DescribeAmount = (done, total) => `${done} of ${total}`,
): Progress {
  return Deno.stderr.isTerminal() ? openBar(label, describe) : openLines(label, {
    describe,
    now: () => performance.now(),
    print: console.error,
  });
}

function openBar(label: string, describe: DescribeAmount): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} [{bar}] {percentage}% | {amount} | {duration_formatted} | {left} | {note}`,
    hideCursor: true,
    stopOnComplete: false,
  }, cliProgress.Presets.shades_classic);
  const clock = startClock(() => performance.now());
  let isStarted = false;
  return {
    update(done, total, note = "") {
      const payload = { note, amount: describe(done, total), left: clock(done, total).left };
      if (!isStarted) bar.start(total, done, payload);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, payload);
    },
    stop() {
      if (isStarted) bar.stop();
    },
  };
}

/** What plain lines need; injected, so that tests have a clock of their own. */
export interface LinesOptions {
  readonly describe: DescribeAmount;
  /** Milliseconds. */
  readonly now: () => number;
  readonly print: (line: string) => void;
}

/** Plain lines: one every now and then and one at the end, none twice. */
export function openLines(label: string, { describe, now, print }: LinesOptions): Progress {
  const clock = startClock(now);
  let [lastMs, lastDone] = [now(), -1];
  return {
    update(done, total, note = "") {
      const { passed, left } = clock(done, total);
      const isDue = now() - lastMs >= PLAIN_INTERVAL_SECONDS * 1000;
      if (done === lastDone || (!isDue && done !== total)) return;
      [lastMs, lastDone] = [now(), done];
      const percent = total > 0 ? `${Math.floor(100 * done / total)}%` : "";
      const parts = [percent, describe(done, total), passed, left, note];
      print(`${label}: ${parts.filter((part) => part !== "").join(", ")}`);
    },
    stop() {},
  };
}

/**
 * Tells how long it has taken and will: at the pace since the first amount that was told, as what was done before it, such
 * as a run that goes on, took no time now.
 */
function startClock(now: () => number) {
  const startMs = now();
  let firstDone: number | null = null;
  return (done: number, total: number): { readonly passed: string; readonly left: string } => {
    firstDone ??= done;
    const seconds = (now() - startMs) / 1000;
    const passed = `${formatDuration(seconds)} so far`;
    if (done >= total || done <= firstDone) return { passed, left: "" };
    const leftSeconds = seconds * (total - done) / (done - firstDone);
    return { passed, left: `about ${formatDuration(leftSeconds)} left` };
  };
}
