import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { gatherRows, readWaitingRows } from "../../lib/experiment/run_rows.ts";
import { storeRun } from "../../lib/experiment/store_run.ts";
import { watchRuns } from "../../lib/experiment/watch_runs.ts";
import { hashBytes } from "../../lib/file/hash.ts";
import { readEpochs } from "../../lib/results/rows/epoch_row.ts";
import { readRows } from "../../lib/results/rows/row.ts";
import { formatRunId, hashConfig, hashGroup } from "../../lib/train/run_id.ts";
import { DATA_HASH, finishRun } from "./finished_run.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

testInFolder(
  "epochs.csv has every epoch, with empty metrics where none was evaluated",
  async (root) => {
    const { folder, config } = await finishRun(root);
    const rows = await readEpochs(folder.epochs);
    assertEquals(rows.map(({ epoch }) => epoch), [0, 1, 2, 3, 4]);
    assertEquals(rows.map(({ mean_loss }) => mean_loss), [null, 9, 8, 7, 6]);
    assertEquals(rows.map(({ recall_at_2 }) => recall_at_2), [22, 42, 62, null, 52]);
    assertEquals(rows.map(({ held_out_recall_at_1 }) => held_out_recall_at_1), [
      30,
      50,
      55,
      null,
      70,
    ]);
    assertEquals(new Set(rows.map(({ run_id }) => run_id)), new Set([formatRunId(config)]));
  },
);

testInFolder(
  "a finished run leaves its configuration, its sums and the rows that it reports",
  async (root) => {
    const run = await finishRun(root);
    const { config, folder } = run;
    const rows = await storeRun(run);
    assertEquals(await readRows(join(root, "full.csv")), rows);
    assertEquals(
      rows.map(({ selection, epoch, recall_at_1, wall_seconds, mean_loss }) => [
        selection,
        epoch,
        recall_at_1,
        wall_seconds,
        mean_loss,
      ]),
      [
        ["untrained", 0, 21, 0, null],
        ["final", 4, 51, 9, 6],
        ["best_on_test", 2, 61, 4, 8],
      ],
    );
    const [first] = rows;
    assertEquals(
      [first!.run_id, first!.config_hash, first!.group_hash, first!.data_hash],
      [formatRunId(config), hashConfig(config), hashGroup(config), DATA_HASH],
    );
    assertEquals([first!.loss, first!.alpha, first!.margin], ["proxy_an", 32, 0.1]);
    assertEquals([first!.query_count, first!.left_out_count], [90, 1]);
    const stored = JSON.parse(await Deno.readTextFile(folder.config));
    assertEquals(stored, { runId: formatRunId(config), dataHash: DATA_HASH, config });
    assertEquals(await listNames(folder.path), ["SHA256SUMS", "config.json", "epochs.csv"]);
  },
);

testInFolder(
  "protocol corrected reports the epoch that was chosen on held-out classes, too",
  async (root) => {
    const rows = await storeRun(
      await finishRun(root, { protocol: "corrected", heldOutShare: 0.15 }),
    );
    assertEquals(rows.map(({ selection, epoch }) => `${selection} ${epoch}`), [
      "untrained 0",
      "final 4",
      "held_out 4",
      "best_on_test 2",
    ]);
  },
);

testInFolder(
  "a loss without parameters has empty cells, in the file of its setting",
  async (root) => {
    const setting = { kind: "partial", rate: 0.5 } as const;
    await storeRun(await finishRun(root, { setting, loss: { name: "proxy_nca" } }));
    const rows = await readRows(join(root, "partial.csv"));
    assertEquals(rows.map(({ alpha, margin, rate }) => [alpha, margin, rate]), [
      [null, null, 0.5],
      [null, null, 0.5],
      [null, null, 0.5],
    ]);
  },
);

testInFolder(
  "a run that is stored again replaces its rows and leaves those of others",
  async (root) => {
    await storeRun(await finishRun(root, { seed: 4 }));
    const run = await finishRun(root);
    await storeRun(run);
    await storeRun(run);
    const rows = await readRows(join(root, "full.csv"));
    assertEquals(rows.map(({ seed }) => seed), [3, 3, 3, 4, 4, 4]);
  },
);

testInFolder(
  "weights that are no longer those of the run are refused before any row",
  async (root) => {
    const run = await finishRun(root);
    const name = "final.safetensors";
    await Deno.writeTextFile(join(run.folder.path, name), "others");
    const weights = { [name]: hashBytes("own") };
    await assertRejects(() => storeRun({ ...run, weights }), InputError, name);
    assertEquals(await readRows(join(root, "full.csv")), []);
  },
);

testInFolder(
  "rows that are kept in the run's folder are as good as stored, until they are gathered",
  async (root) => {
    const run = await finishRun(root);
    const rows = await storeRun({ ...run, keepsRows: true });
    assertEquals(await readRows(join(root, "full.csv")), []);
    assertEquals(await listNames(run.folder.path), [
      "SHA256SUMS",
      "config.json",
      "epochs.csv",
      "rows.csv",
    ]);
    assertEquals([...await readWaitingRows(root)], [[join(run.folder.path, "rows.csv"), rows]]);
    await storeRun(await finishRun(root, { seed: 4 }));
    assertEquals(await gatherRows(root), 1);
    assertEquals((await readRows(join(root, "full.csv"))).map(({ seed }) => seed), [
      ...[3, 3, 3],
      ...[4, 4, 4],
    ]);
    assertEquals(await listNames(run.folder.path), ["SHA256SUMS", "config.json", "epochs.csv"]);
    assertEquals(await gatherRows(root), 0);
  },
);

testInFolder("rows that several gather at once are gathered once, and none fails", async (root) => {
  for (const seed of [1, 2, 3]) {
    await storeRun({ ...await finishRun(root, { seed }), keepsRows: true });
  }
  const counts = await Promise.all([1, 2, 3].map(() => gatherRows(root)));
  assertEquals(counts.toSorted(), [0, 0, 3]);
  assertEquals((await readRows(join(root, "full.csv"))).length, 9);
});

testInFolder(
  "rows wait in a linked folder, too, and a file in place of all is named",
  async (root) => {
    const run = await finishRun(root);
    await storeRun({ ...run, keepsRows: true });
    await Deno.rename(run.folder.path, join(root, "elsewhere"));
    await Deno.symlink(join(root, "elsewhere"), run.folder.path);
    await Deno.symlink(join(root, "nowhere"), join(root, "runs", "b"));
    assertEquals(await gatherRows(root), 1);
    await Deno.remove(join(root, "runs"), { recursive: true });
    await Deno.writeTextFile(join(root, "runs"), "");
    const message = `${
      join(root, "runs")
    }: Cannot list runs as its path must lead through folders: it does not`;
    await assertRejects(() => gatherRows(root), InputError, message);
    await assertRejects(() => watchRuns(root, 0), InputError, message);
  },
);

testInFolder("rows in the folder of another run are refused", async (root) => {
  const run = await finishRun(root);
  await storeRun({ ...run, keepsRows: true });
  const other = join(root, "runs", "other");
  await Deno.rename(run.folder.path, other);
  const error = await assertRejects(() => gatherRows(root), InputError);
  assertEquals(
    error.message,
    `${join(other, "rows.csv")}: Cannot use rows as all must be of the folder's run: they are of ${
      formatRunId(run.config)
    }`,
  );
});
