import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { mergeResults } from "../../lib/cluster/merge_results.ts";
import { InputError } from "../../lib/errors.ts";
import { storeRun } from "../../lib/experiment/store_run.ts";
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

testInFolder("a folder without rows is a mistake", async (root) => {
  const error = await assertRejects(() => mergeResults([root], join(root, "all")), InputError);
  assertEquals(
    error.message,
    `${root}: Cannot merge results as each folder must have rows, full.csv for example: it has none`,
  );
});
