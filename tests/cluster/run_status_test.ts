import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { type JobElement, readRunStatus } from "../../lib/cluster/run_status.ts";
import { readSubmissions, storeSubmission } from "../../lib/cluster/submission.ts";
import { InputError } from "../../lib/errors.ts";
import { storeFailure } from "../../lib/experiment/run_failure.ts";
import { withRunLock } from "../../lib/experiment/run_lock.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { finishRun } from "../experiment/finished_run.ts";
import { smallConfig } from "../support/train_config.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const element = (state: string, reason = ""): JobElement => ({
  name: "17_3",
  state,
  reason,
  nodes: state === "PENDING" ? "" : "n1",
});

/** Where one run stands that has not been begun, or is begun by \`prepare\`. */
async function statusOf(
  root: string,
  job: JobElement | undefined,
  prepare: (folder: string) => Promise<void> = () => Promise.resolve(),
) {
  const { config, folder } = await finishRun(root, { epochCount: 4 });
  await Deno.remove(folder.path, { recursive: true });
  await Deno.mkdir(folder.path);
  await prepare(folder.path);
  const roots = { dataRoot: root, resultsRoot: root };
  const [status] = await readRunStatus([config], roots, () => job);
  return [status!.state, status!.note];
}

/** Leaves what a run has after two epochs. */
async function beginRun(folder: string): Promise<void> {
  await Deno.writeTextFile(join(folder, "run.lock"), "process 1 on another machine");
  await Deno.writeTextFile(join(folder, "checkpoint.json"), "{}");
  const runs = await finishRun(join(folder, "other"));
  const [header, ...rows] = (await Deno.readTextFile(runs.folder.epochs)).split("\r\n");
  await Deno.writeTextFile(
    join(folder, "epochs.csv"),
    [header, ...rows.slice(0, 3), ""].join("\r\n"),
  );
}

testInFolder("a run that nobody began waits, where it is in the queue or not", async (root) => {
  assertEquals(await statusOf(root, undefined), ["waiting", ""]);
  assertEquals(await statusOf(root, element("PENDING", "Resources")), [
    "waiting",
    "element 17_3 is in the queue (Resources)",
  ]);
  assertEquals(await statusOf(root, element("RUNNING")), ["waiting", "element 17_3 on n1 has it"]);
});

testInFolder(
  "a run that was begun is stopped, running or failed, with its epochs",
  async (root) => {
    const progress = "epoch 2 of 4 is done";
    assertEquals(await statusOf(root, undefined, beginRun), ["stopped", progress]);
    assertEquals(await statusOf(root, element("PENDING", "BeginTime"), beginRun), [
      "stopped",
      `element 17_3 is in the queue (BeginTime); ${progress}`,
    ]);
    assertEquals(await statusOf(root, element("RUNNING"), beginRun), [
      "running",
      `element 17_3 on n1; ${progress}`,
    ]);
    for (const state of ["OUT_OF_MEMORY", "NODE_FAIL", "TIMEOUT", "CANCELLED"]) {
      assertEquals(await statusOf(root, element(state), beginRun), [
        "failed",
        `element 17_3: ${state}; ${progress}`,
      ]);
    }
  },
);

testInFolder("half a file of epochs is told as its run's, not in place of all", async (root) => {
  const damage = async (folder: string) => {
    await beginRun(folder);
    await Deno.writeTextFile(join(folder, "epochs.csv"), "run_id\n");
  };
  const [state, note] = await statusOf(root, undefined, damage);
  assertEquals([state, note!.split("/").at(-1)], [
    "stopped",
    'epochs.csv:1: Cannot parse CSV as its header must have a column "epoch": it is missing; ' +
    "move the file away to start a new one",
  ]);
});

testInFolder("why a run failed is what it left, rather than what Slurm knows", async (root) => {
  const fail = (folder: string) => storeFailure(folder, "x.csv: Cannot go on\n  at stack");
  assertEquals(await statusOf(root, element("FAILED", "NonZeroExitCode"), fail), [
    "failed",
    "x.csv: Cannot go on",
  ]);
});

testInFolder("a run whose lock is held runs, whatever Slurm says", async (root) => {
  const config = smallConfig({ epochCount: 4 });
  const folder = join(root, "runs", formatRunId(config));
  await Deno.mkdir(folder, { recursive: true });
  const options = { onWait: () => {}, isRequired: true };
  await withRunLock(folder, options, async () => {
    const [status] = await readRunStatus(
      [config],
      { dataRoot: root, resultsRoot: root },
      () => undefined,
    );
    assertEquals(status!.state, "running");
    assertEquals(status!.note.startsWith(`process ${Deno.pid} on `), true);
  });
});

testInFolder("submissions are read in their order, those with more digits last", async (root) => {
  await Deno.mkdir(join(root, "slurm"));
  assertEquals(await readSubmissions(join(root, "nowhere")), []);
  for (const job of [100, 9, 20]) await storeSubmission(root, { job, elements: { 1: ["a"] } });
  assertEquals((await readSubmissions(root)).map(({ job }) => job), [9, 20, 100]);
  const file = join(root, "slurm", "9.json"); // in place of the results folder
  assertEquals(
    (await assertRejects(() => readSubmissions(file), InputError)).message,
    `${
      join(file, "slurm")
    }: Cannot list submissions as its path must lead through folders: it does not`,
  );
});
