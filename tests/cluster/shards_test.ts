import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { METRIC_COLUMNS, readRows, type ResultRow } from "../../lib/results/rows/row.ts";
import { makeSmallMiniatures } from "../support/small_miniatures.ts";
import { runTask, TINY } from "../support/task_process.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

/** What was measured, of every row. */
function metricsOf(rows: readonly ResultRow[]) {
  return rows.map((row) => [
    row.run_id,
    row.selection,
    row.epoch,
    row.mean_loss,
    ...METRIC_COLUMNS.map(({ name }) => row[name]),
  ]);
}

testInFolder(
  "parts of a plan, made apart and brought together, are the plan made in one piece",
  async (root) => {
    await makeSmallMiniatures(join(root, "data"), ["cub200"]);
    const run = async (task: string, results: string, ...args: string[]) => {
      const roots = task === "train" ? ["--data-root", join(root, "data")] : [];
      const done = await runTask(task, ...args, ...roots, "--results-root", join(root, results));
      assertEquals(done.code, 0, done.errors);
      return done.out;
    };
    const flags = ["--dataset", "cub200", ...TINY, "--seed", "1,2,3"];
    await run("train", "whole", ...flags);
    await run("train", "first", ...flags, "--shard", "1/2");
    await run("train", "second", ...flags, "--shard", "2/2", "--rows-per-run");
    assertEquals(await listNames(join(root, "second")), ["runs"]);
    assertEquals((await readRows(join(root, "second", "full.csv"))).length, 0);
    const again = await run("train", "second", ...flags, "--shard", "2/2", "--rows-per-run");
    assertStringIncludes(again, "1 of 1 runs are done already");

    await run("results", "all", "merge", join(root, "first"), join(root, "second"));
    const [whole, all] = await Promise.all(
      ["whole", "all"].map((name) => readRows(join(root, name, "full.csv"))),
    );
    assertEquals(metricsOf(all!), metricsOf(whole!));
    assertEquals(all!.length, 9);
    const resumed = await run("train", "all", ...flags);
    assertStringIncludes(resumed, "3 of 3 runs are done already");

    await run("table", "second");
    assertEquals((await readRows(join(root, "second", "full.csv"))).length, 3);
  },
  ["run", "ffi", "sys", "env"],
);
