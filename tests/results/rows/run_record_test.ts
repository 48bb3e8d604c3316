import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { findDoneRuns } from "../../../lib/experiment/done_runs.ts";
import { storeRun } from "../../../lib/experiment/store_run.ts";
import { InputError } from "../../../lib/errors.ts";
import { formatQueryResults } from "../../../lib/results/rows/query_results.ts";
import { readRunRecord } from "../../../lib/results/rows/run_record.ts";
import { readRows, type ResultRow } from "../../../lib/results/rows/row.ts";
import { regenerateTables } from "../../../lib/results/tables/build_tables.ts";
import { finishRun } from "../../experiment/finished_run.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

/** What is said of rows, below the results root. */
async function faultOf(root: string, rows: readonly ResultRow[]): Promise<string> {
  const error = await assertRejects(() => readRunRecord(root, rows), InputError);
  return error.message.replaceAll(root, "ROOT").replaceAll(rows[0]!.run_id, "ID");
}

testInFolder("the rows of a run agree with its configuration and its epochs", async (root) => {
  const run = await finishRun(root);
  const { config, epochs } = await readRunRecord(root, await storeRun(run));
  assertEquals(config, run.config);
  assertEquals(epochs.map(({ epoch }) => epoch), [0, 1, 2, 3, 4]);
});

testInFolder("a number that was changed in the rows alone is found", async (root) => {
  const rows = await storeRun(await finishRun(root));
  const changed = (changes: Partial<ResultRow>) =>
    faultOf(root, rows.map((row, i) => i === 1 ? { ...row, ...changes } : row));
  const asConfig = "ROOT/full.csv: Cannot use results as rows of run ID must be as its config.json";
  const asEpochs = "ROOT/full.csv: Cannot use results as rows of run ID must be as its epochs.csv";
  assertEquals(
    await changed({ recall_at_1: 51.5 }),
    `${asEpochs} has them: recall_at_1 is 51.5 instead of 51 at selection final; run its task again`,
  );
  assertEquals(
    await changed({ map_at_r: NaN }),
    `${asEpochs} has them: map_at_r is NaN instead of 11 at selection final; run its task again`,
  );
  assertEquals(
    await changed({ epoch: 2 }),
    `${asEpochs} has them: mean_loss is 6 instead of 8 at selection final; run its task again`,
  );
  assertEquals(
    await changed({ group_hash: "a".repeat(64) }),
    `${asConfig} has them: group_hash is ${"a".repeat(64)} instead of ${rows[1]!.group_hash} ` +
      "at selection final; run its task again",
  );
  assertEquals(
    await changed({ epoch_count: 9 }),
    `${asConfig} has them: epoch_count is 9 instead of 4 at selection final; run its task again`,
  );
  assertEquals(
    await changed({ precision: "bfloat16" }),
    `${asConfig} has them: precision is bfloat16 instead of float32 at selection final; run its task again`,
  );
  assertEquals(
    await faultOf(root, rows.slice(0, 2)),
    `${asConfig} has them: that of selection best_on_test is missing; run its task again`,
  );
});

testInFolder("files of another run, or half of them, are found", async (root) => {
  const run = await finishRun(root);
  const rows = await storeRun(run);
  const text = await Deno.readTextFile(run.folder.config);
  const other = { ...JSON.parse(text), runId: "another" };
  for (
    const [content, fault] of [
      ["{", "it must hold the configuration of its run: it does not"],
      ["{}", "it must hold the configuration of its run: it does not"],
      [JSON.stringify(other), "it must be of run ID: it is of another"],
    ] as const
  ) {
    await Deno.writeTextFile(run.folder.config, content);
    assertEquals(
      await faultOf(root, rows),
      `ROOT/runs/ID/config.json: Cannot use results as ${fault}; run its task again`,
    );
  }
  await Deno.writeTextFile(run.folder.config, text);
  const lines = (await Deno.readTextFile(run.folder.epochs)).split("\r\n");
  await Deno.writeTextFile(run.folder.epochs, [...lines.slice(0, -2), ""].join("\r\n"));
  assertEquals(
    await faultOf(root, rows),
    "ROOT/runs/ID/epochs.csv: Cannot use results as it must have epochs 0 to 4: it has 4; run its task again",
  );
});

testInFolder("an epoch that no row reports, changed, is found", async (root) => {
  const run = await finishRun(root);
  const rows = await storeRun(run);
  const text = await Deno.readTextFile(run.folder.epochs);
  const change = (from: string, to: string) =>
    Deno.writeTextFile(run.folder.epochs, text.replace(from, to));
  await change(",41,42,44,48,", ",71,72,74,78,");
  assertEquals(
    await faultOf(root, rows),
    "ROOT/full.csv: Cannot use results as rows of run ID must be as its epochs.csv has them: " +
      "epoch is 2 instead of 1 at selection best_on_test; run its task again",
  );
  await change(",41,42,44,48,", ",42,42,44,48,"); // still not the best: no row tells
  const before = "ROOT/runs/ID/epochs.csv: Cannot use results as it must be as SHA256SUMS has it: ";
  assertEquals((await faultOf(root, rows)).startsWith(before), true);
  await Deno.remove(join(run.folder.path, "SHA256SUMS")); // as in a clone
  assertEquals((await readRunRecord(root, rows)).epochs[1]!.recall_at_1, 42);
});

testInFolder("results of queries that are another run's are in no table", async (root) => {
  const run = await finishRun(root);
  const rows = await storeRun(run);
  const row = rows.find(({ selection }) => selection === "best_on_test")!;
  const path = run.folder.queries("best_on_test");
  const store = (hits: number, count = row.query_count) =>
    Deno.writeFile(path, formatQueryResults(rankings(hits, count)));
  const faultOfTables = async () =>
    (await assertRejects(() => regenerateTables(root), InputError)).message.replace(root, "ROOT");
  await store(55, 89);
  const place = `ROOT/runs/${row.run_id}/best_on_test.queries.npy: Cannot use results as the row ` +
    "of the run must be as it has it: ";
  assertEquals(
    await faultOfTables(),
    `${place}query_count is 90 instead of 89 at selection best_on_test; run its task again`,
  );
  await store(54);
  assertEquals(
    await faultOfTables(),
    `${place}recall_at_1 is 61 instead of 60 at selection best_on_test; run its task again`,
  );
  await Deno.remove(run.folder.config); // the run is made again: its queries are not yet the row's
  await regenerateTables(root);
});

/** Queries of which as many find their class first. */
function rankings(hits: number, count: number) {
  const fill = (value: number) => new Float64Array(count).fill(value);
  return {
    queryRows: Int32Array.from({ length: count }, (_, i) => i),
    queryLabels: fill(0),
    firstHitRanks: fill(Infinity).fill(1, 0, hits),
    averagePrecisionsAtR: fill(0.11),
    precisionsAtR: fill(0.12),
    leftOutCount: 1,
  };
}

testInFolder("tables are not made of such rows, and the run is not done", async (root) => {
  const run = await finishRun(root, { dataset: "birds" });
  await storeRun(run);
  const path = join(root, "full.csv");
  const text = await Deno.readTextFile(path);
  const rows = await readRows(path);
  await Deno.writeTextFile(path, text.replace(",51,", ",51.5,"));
  const error = await assertRejects(() => regenerateTables(root), InputError);
  assertEquals(error.message.includes("recall_at_1 is 51.5 instead of 51"), true);
  const roots = { dataRoot: root, resultsRoot: root };
  const { done, damaged } = await findDoneRuns([run.config], roots, run.dataset.dataHash);
  assertEquals([done.size, damaged.size], [0, 1]);
  await storeRun(run); // as running its task again ends
  const peak_memory_bytes = 0; // the process's, which grows
  assertEquals(
    (await readRows(path)).map((row) => ({ ...row, peak_memory_bytes })),
    rows.map((row) => ({ ...row, peak_memory_bytes })),
  );
  await regenerateTables(root);
});

testInFolder("a run's rows replace all that were stored for it", async (root) => {
  const run = await finishRun(root, { protocol: "corrected", heldOutShare: 0.15 });
  assertEquals((await storeRun(run)).length, 4);
  const history = run.history.map((record) => ({
    ...record,
    evaluation: record.evaluation && { ...record.evaluation, heldOutRecallAt1: null },
  }));
  assertEquals((await storeRun({ ...run, history })).length, 3);
  assertEquals((await readRows(join(root, "full.csv"))).length, 3);
});
