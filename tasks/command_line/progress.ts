/** Progress on a terminal as bars, elsewhere as plain lines now and then. */

import cliProgress from "cli-progress";

/** Seconds between plain lines. */
const PLAIN_INTERVAL_SECONDS = 10;

/** Shows how far something is. */
export interface Progress {
  /** Sets how much of the total is done and what is going on. */
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

/**
 * Opens a progress display on standard error.
 *
 * @param label What is going on, such as `cub200`.
 */
export function openProgress(label: string): Progress {
  return Deno.stderr.isTerminal() ? openBar(label) : openLines(label);
}

function openBar(label: string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} [{bar}] {percentage}% | {value}/{total} | {duration_formatted} | {note}`,
    hideCursor: true,
    stopOnComplete: false,
  }, cliProgress.Presets.shades_classic);
  let isStarted = false;
  return {
    update(done, total, note = "") {
      if (!isStarted) bar.start(total, done, { note });
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop() {
      if (isStarted) bar.stop();
    },
  };
}

function openLines(label: string): Progress {
  let [lastMs, lastDone] = [performance.now(), -1];
  return {
    update(done, total, note = "") {
      const isDue = performance.now() - lastMs >= PLAIN_INTERVAL_SECONDS * 1000;
      if (done === lastDone || (!isDue && done !== total)) return;
      [lastMs, lastDone] = [performance.now(), done];
      console.error(`${label}: ${done}/${total}${note ? ` ${note}` : ""}`);
    },
    stop() {},
  };
}
