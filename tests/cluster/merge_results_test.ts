import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { mergeResults } from "../../lib/cluster/merge_results.ts";
import { InputError } from "../../lib/errors.ts";
import { storeRun } from "../../lib/experiment/store_run.ts";
import { SWEEP_SCHEMA, type SweepRow } from "../../lib/experiment/sweep/sweep_row.ts";
import { readCsv, upsertRows } from "../../lib/results/rows/csv_store.ts";
import { readEpochs } from "../../lib/results/rows/epoch_row.ts";
import { readRows } from "../../lib/results/rows/row.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { finishRun } from "../experiment/finished_run.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

/** Makes a run in a folder of results, with a file of weights. */
async function makeRun(root: string, changes: Partial<TrainConfig> = {}, keepsRows = false) {
  const run = await finishRun(root, changes);
  await Deno.writeTextFile(join(run.folder.path, "final.safetensors"), `seed ${run.config.seed}`);
  await Deno.writeTextFile(join(run.folder.path, "run.lock"), "");
  await storeRun({ ...run, keepsRows });
  return { ...run, id: formatRunId(run.config) };
}

testInFolder("folders are brought together with their runs, once", async (root) => {
  const [a, b, target] = ["a", "b", "all"].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  await makeRun(a, { seed: 1 });
  const own = await makeRun(b, { seed: 2 }, true);
  await makeRun(b, { seed: 3, setting: { kind: "partial", rate: 0.5 } });
  assertEquals(await mergeResults([a, b], target), { rowCount: 9, runCount: 3 });
  assertEquals((await readRows(join(target, "full.csv"))).map(({ seed }) => seed), [
    ...[1, 1, 1],
    ...[2, 2, 2],
  ]);
  assertEquals((await readRows(join(target, "partial.csv"))).length, 3);
  assertEquals(await listNames(join(target, "runs", own.id)), [
    "SHA256SUMS",
    "config.json",
    "epochs.csv",
    "final.safetensors",
  ]);
  const bytes = await Deno.readTextFile(join(target, "full.csv"));
  assertEquals(await mergeResults([b, a], target), { rowCount: 0, runCount: 0 });
  assertEquals(await Deno.readTextFile(join(target, "full.csv")), bytes);
});

testInFolder(
  "rows of one key with other metrics are refused, and nothing is written",
  async (root) => {
    const [a, b, target] = ["a", "b", "all"].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    const { id } = await makeRun(a);
    await makeRun(b);
    const path = join(b, "full.csv");
    const text = await Deno.readTextFile(path);
    const changed = text.replace(/(,final,.*?),51,/, "$1,51.5,");
    assertEquals(changed === text, false);
    await Deno.writeTextFile(path, changed);
    const error = await assertRejects(() => mergeResults([a, b], target), InputError);
    assertEquals(
      error.message,
      `${b}: Cannot merge results as rows of one key must have the same metrics: recall_at_1 of ${id}/final is ` +
        `51 in ${a} and 51.5 in ${b}; remove one of the two, or make the run again`,
    );
    assertEquals(await listNames(root), ["a", "b"]);
  },
);

testInFolder("a row that differs in its time alone is the same row", async (root) => {
  const [a, b] = [join(root, "a"), join(root, "b")];
  await makeRun(a);
  await makeRun(b);
  const path = join(b, "full.csv");
  const text = await Deno.readTextFile(path);
  const changed = text.replaceAll(",a device,", ",another device,");
  assertEquals(changed === text, false);
  await Deno.writeTextFile(path, changed);
  assertEquals(await mergeResults([b], a), { rowCount: 0, runCount: 0 });
});

testInFolder("a run whose files are not those of its list is refused", async (root) => {
  const [a, target] = [join(root, "a"), join(root, "all")];
  const { folder, id } = await makeRun(a);
  const weights = join(folder.path, "final.safetensors");
  await Deno.writeTextFile(weights, "others");
  const error = await assertRejects(() => mergeResults([a], target), InputError);
  assertEquals(
    error.message,
    `${weights}: Cannot merge results as a run's files must be as SHA256SUMS has them: ${id} is not; make the run again`,
  );
  await Deno.remove(weights);
  await assertRejects(() => mergeResults([a], target), InputError, "it is missing; make the run");
  assertEquals(await readRows(join(target, "full.csv")), []);
});

testInFolder("the files of a run are those that its rows are from, or agree with", async (root) => {
  const [a, b, c] = [join(root, "a"), join(root, "b"), join(root, "c")];
  const { folder, id } = await makeRun(a);
  const other = await makeRun(b);
  for (const path of [join(b, "full.csv"), other.folder.epochs]) { // the same metrics, to another last digit of the loss
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replaceAll(",6,", ",6.5,"));
  }
  await Deno.remove(join(other.folder.path, "SHA256SUMS"));
  const lossIn = async (target: string) => [
    (await readRows(join(target, "full.csv")))[1]!.mean_loss,
    (await readEpochs(join(target, "runs", id, "epochs.csv")))[4]!.mean_loss,
  ];
  await mergeResults([a, b], join(root, "1"));
  await mergeResults([b, a], join(root, "2"));
  assertEquals([await lossIn(join(root, "1")), await lossIn(join(root, "2"))], [[6, 6], [
    6.5,
    6.5,
  ]]);
  await makeRun(c);
  await Deno.remove(join(c, "runs"), { recursive: true }); // rows alone
  assertEquals(await mergeResults([c, b, a], join(root, "3")), { rowCount: 3, runCount: 1 });
  assertEquals(await lossIn(join(root, "3")), [6, 6]);

  await Deno.writeTextFile(folder.epochs, "x\n", { append: true });
  await Deno.remove(join(folder.path, "SHA256SUMS"));
  const error = await assertRejects(() => mergeResults([a], join(root, "4")), InputError);
  assertEquals(error.message.startsWith(`${folder.epochs}:7: Cannot parse row as`), true);
  assertEquals(await listNames(root), ["1", "2", "3", "a", "b", "c"]);
});

testInFolder("trials are brought together, and refused where their scores differ", async (root) => {
  const [a, b, target] = [join(root, "a"), join(root, "b"), join(root, "all")];
  const [first, second] = [sweepRow("a", 61.5), sweepRow("b", 62)];
  await upsertRows(join(a, "sweep.csv"), SWEEP_SCHEMA, [first]);
  await upsertRows(join(b, "sweep.csv"), SWEEP_SCHEMA, [second]);
  assertEquals(await mergeResults([a, b], target), { rowCount: 2, runCount: 0 });
  assertEquals(await readCsv(join(target, "sweep.csv"), SWEEP_SCHEMA), [first, second]);
  await upsertRows(join(b, "sweep.csv"), SWEEP_SCHEMA, [sweepRow("b", 63)]);
  await assertRejects(
    () => mergeResults([b], target),
    InputError,
    `held_out_recall_at_1 of ${"b".repeat(64)}/2/${
      "d".repeat(64)
    } is 62 in ${target} and 63 in ${b}; `,
  );
});

/** A trial that scored something on two folds. */
function sweepRow(digit: string, score: number): SweepRow {
  const row = {
    ...Object.fromEntries(SWEEP_SCHEMA.columns.map(({ name }) => [name, null])),
    ...{ profile: "mini", dataset: "cub200", backbone: "resnet_mini", loss: "proxy_an", seed: 1 },
    ...{
      trial: 0,
      drawn: "none",
      fold_count: 2,
      held_out_recall_at_1: score,
      fold_recalls: `${score} ${score}`,
    },
    ...{ wall_seconds: 1, backend: "wasm", backend_version: "1", device: "CPU" },
    ...{ weights_hash: "random", data_hash: "d".repeat(64), config_hash: digit.repeat(64) },
  };
  return row as unknown as SweepRow;
}

testInFolder("a folder without rows is a mistake", async (root) => {
  const error = await assertRejects(() => mergeResults([root], join(root, "all")), InputError);
  assertEquals(
    error.message,
    `${root}: Cannot merge results as each folder must have rows, full.csv for example: it has none`,
  );
  const path = join(root, "full.csv");
  await assertRejects(
    () => mergeResults([path], join(root, "all")),
    InputError,
    `${path}: Cannot merge results as each folder must exist: it does not`,
  );
  await Deno.writeTextFile(path, "");
  await assertRejects(
    () => mergeResults([path], join(root, "all")),
    InputError,
    `${path}: Cannot merge results as each folder must be one: it is a file`,
  );
});
