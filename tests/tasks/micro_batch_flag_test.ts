import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { carryOutRuns } from "../../tasks/command_line/carry_out_runs.ts";
import { Flags } from "../../tasks/command_line/flags.ts";
import { RUN_FLAGS } from "../../tasks/command_line/shared_flags.ts";
import { smallConfig } from "../support/train_config.ts";

/** Carries out runs of which the last one has training batch norms. */
function carryOut(microBatch: string) {
  const configs = [
    smallConfig({ hasFrozenBatchNorm: true }),
    smallConfig({ hasFrozenBatchNorm: false }),
  ];
  const flags = new Flags({ "micro-batch": [microBatch] });
  return carryOutRuns({ configs, pretrainedPaths: new Map() }, flags);
}

Deno.test("--micro-batch is a flag of tasks that train", () => {
  assertEquals(RUN_FLAGS.filter(({ name }) => name === "micro-batch").length, 1);
});

Deno.test("--micro-batch is refused before any run begins if one of them cannot use it", async () => {
  await assertRejects(
    () => carryOut("2"),
    UsageError,
    "Cannot use --micro-batch as the batch norms of resnet_mini must be frozen, or each slice would have its own " +
      "statistics: freeze-batch-norm is false",
  );
});

Deno.test("--micro-batch must be a count", async () => {
  await assertRejects(
    () => carryOut("0"),
    UsageError,
    'Cannot use --micro-batch as it must be a whole number of at least 1: it is "0"',
  );
});
