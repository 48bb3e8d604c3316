/** Runs one comparison in a process of its own, within a time. */

import { fromFileUrl } from "@std/path";
import { type Comparison, hasRounds } from "./comparisons.ts";
import { forget, killGroup, spawnGroup, within } from "./peers/process_group.ts";

/** What came of it. */
export interface Outcome {
  readonly seconds: number;
  /** What it printed, all or until it failed. */
  readonly text: string;
  /** Why it failed, in one line; `null` if it did not. */
  readonly failure: string | null;
}

/** How it is run. */
export interface RunComparisonOptions {
  /** Turns; its own number where left out. */
  readonly rounds?: number;
  readonly limitSeconds: number;
}

/** Between asking a comparison to end, so that it ends its peers, and ending it. */
const GRACE_SECONDS = 10;
/** Wait for the rest of what was printed. */
const DRAIN_SECONDS = 5;

/** Runs a comparison to its end or its limit. */
export async function runComparison(
  comparison: Comparison,
  { rounds, limitSeconds }: RunComparisonOptions,
): Promise<Outcome> {
  const path = fromFileUrl(new URL(comparison.script, import.meta.url));
  const turns = rounds !== undefined && hasRounds(comparison) ? ["--rounds", `${rounds}`] : [];
  const args = ["run", "--no-check", "-A", path, ...comparison.args, ...turns];
  const start = performance.now();
  const child = spawnGroup(Deno.execPath(), args, "null");
  const printed = collect(child.stdout);
  const complaint = collect(child.stderr);
  const isLate = await within(limitSeconds, child.status) === null;
  if (isLate) {
    killGroup(child, "SIGTERM");
    await within(GRACE_SECONDS, child.status);
    killGroup(child, "SIGKILL");
  }
  const { code, signal } = await child.status;
  forget(child);
  await within(DRAIN_SECONDS, Promise.all([printed.ended, complaint.ended]));
  const seconds = (performance.now() - start) / 1e3;
  const text = printed.text().trim();
  if (!isLate && code === 0) return { seconds, text, failure: null };
  const how = isLate
    ? `cut off after ${limitSeconds.toFixed(0)} s`
    : signal
    ? `ended by ${signal}`
    : `exit code ${code}`;
  const last = findComplaint(complaint.text());
  return { seconds, text, failure: last ? `${how}; its last line: ${last}` : how };
}

/** The line that tells most: Deno's own of an error, whose last lines are a stack; else the last. */
function findComplaint(text: string): string {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const error = lines.findLast((line) => line.startsWith("error: "));
  return (error ?? lines.at(-1) ?? "").replace(/^error: (Uncaught )?(\(in promise\) )?/, "");
}

/** What a stream has said so far. */
function collect(stream: ReadableStream<Uint8Array>) {
  let text = "";
  const follow = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  };
  return { text: () => text, ended: follow() };
}
