/** The flags of work that is shared out among machines. */

import { UsageError } from "../../lib/errors.ts";
import { quoteText } from "../../lib/file/quote_text.ts";
import { parseShard, type Shard } from "../../lib/shard.ts";
import type { Flag, Flags } from "./flags.ts";

/** Which of the runs, and where their rows go. */
export const SHARD_FLAGS: readonly Flag[] = [
  {
    name: "shard",
    value: "I/N",
    help: "Only the I-th of N parts of the runs, for N machines; all parts together are all runs.",
  },
  {
    name: "rows-per-run",
    help:
      "Keep each run's rows in its folder, and write no tables: for machines that share a file system whose locks " +
      "cannot be trusted. `table` gathers them.",
  },
];

/**
 * Reads `--shard`.
 *
 * @throws {UsageError} If it is no part of N.
 */
export function readShard(flags: Flags): Shard | undefined {
  const text = flags.text("shard");
  if (text === undefined) return undefined;
  const shard = parseShard(text);
  if (shard !== null) return shard;
  throw new UsageError(
    `Cannot use --shard as it must be I/N, with I from 1 to N: it is ${quoteText(text)}`,
  );
}
