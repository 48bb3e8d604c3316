import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { CACHE_FLAG, readCacheBytes } from "../../tasks/command_line/cache_flag.ts";
import { carryOutRuns } from "../../tasks/command_line/carry_out_runs.ts";
import { Flags } from "../../tasks/command_line/flags.ts";
import { formatJobs, PLAN_FLAGS } from "../../tasks/command_line/format_jobs.ts";
import { SWEEP_FLAGS } from "../../tasks/command_line/sweep_flags.ts";
import { trainingFlags } from "../../tasks/command_line/training_flags.ts";

const flagsOf = (size: string) => new Flags({ "cache-memory": [size] });

Deno.test("--cache-memory is a flag of tasks that train, and of jobs that do", () => {
  for (const flags of [trainingFlags("full"), trainingFlags("partial"), SWEEP_FLAGS, PLAN_FLAGS]) {
    assertEquals(flags.filter((flag) => flag === CACHE_FLAG).length, 1);
  }
});

Deno.test("--cache-memory counts MiB, and 0 is none", () => {
  assertEquals(readCacheBytes(new Flags({})), undefined);
  assertEquals(["0", "1", "512"].map((size) => readCacheBytes(flagsOf(size))), [
    0,
    2 ** 20,
    2 ** 29,
  ]);
});

Deno.test("--cache-memory that is no such number is refused before anything is done", async () => {
  for (const size of ["-1", "1.5", "512M", "1048577", "0x10"]) {
    const text =
      `Cannot use --cache-memory as it must be a whole number of at least 0 and at most 1048576: it is "${size}"`;
    assertThrows(() => readCacheBytes(flagsOf(size)), UsageError, text);
    const plan = { configs: [], pretrainedPaths: new Map() };
    await assertRejects(() => carryOutRuns(plan, flagsOf(size)), UsageError, text);
    const jobs = { configs: [], count: 1, elements: [] };
    await assertRejects(() => formatJobs(jobs, flagsOf(size)), UsageError, text);
  }
});
