import { assertEquals, assertRejects } from "@std/assert";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { holdOutFold } from "../../../lib/dataset/held_out.ts";
import { openDataset } from "../../../lib/dataset/open_dataset.ts";
import { InputError } from "../../../lib/errors.ts";
import { RunStopped } from "../../../lib/experiment/execute_run.ts";
import {
  executeTrial,
  removeTrial,
  type Trial,
  type TrialOptions,
} from "../../../lib/experiment/sweep/execute_trial.ts";
import { SWEEP_SCHEMA } from "../../../lib/experiment/sweep/sweep_row.ts";
import { RandomStream } from "../../../lib/random_stream.ts";
import { readCsv, upsertRows } from "../../../lib/results/rows/csv_store.ts";
import { listNames } from "../../support/temporary_folder.ts";
import { testRuns, tinyRun } from "../tiny_run.ts";

const TRIAL: Trial = {
  number: 4,
  drawn: { "learning-rate": 0.002, alpha: 12 },
  config: tinyRun({ protocol: "corrected" }),
};

async function optionsOf(root: string, folder: string): Promise<TrialOptions> {
  const { backend } = await openBackend("wasm");
  const dataset = await openDataset({ name: "cub200", profile: "mini", dataRoot: `${root}/data` });
  const common = { backend, dataset, isEager: false, pretrained: null };
  return { ...common, trial: TRIAL, foldCount: 2, folder: `${root}/${folder}` };
}

const withoutTime = (row: object) => ({ ...row, wall_seconds: 0 });

testRuns(
  "a trial is a row with every setting, scored without a test image",
  ["cub200"],
  async (root) => {
    const options = await optionsOf(root, "sweep");
    await Deno.remove(`${root}/data/mini/CUB200/class/test`, { recursive: true });
    const row = await executeTrial(options);
    const recalls = row.fold_recalls.split(" ").map(Number);
    assertEquals(recalls.length, 2);
    assertEquals(row.held_out_recall_at_1.toFixed(1), ((recalls[0]! + recalls[1]!) / 2).toFixed(1));
    // a Recall@1 is a share of the fold's images
    for (const [index, recall] of recalls.entries()) {
      const { train, trainClasses } = options.dataset;
      const stream = RandomStream.named(TRIAL.config.seed, "folds");
      const { heldOut } = holdOutFold(train, trainClasses, { index, count: 2 }, stream);
      const hits = recall / 100 * heldOut.length;
      assertEquals(
        Math.abs(hits - Math.round(hits)) < 0.01,
        true,
        `${recall} of ${heldOut.length}`,
      );
    }
    assertEquals(
      [row.trial, row.drawn, row.learning_rate, row.epochs, row.alpha, row.schedule_floor],
      [4, "learning-rate=0.002 alpha=12", 1e-3, 2, 32, null], // the columns are the configuration's
    );
    const path = `${root}/sweep.csv`;
    await upsertRows(path, SWEEP_SCHEMA, [row]);
    assertEquals(await readCsv(path, SWEEP_SCHEMA), [row]);
    await removeTrial(options);
    assertEquals(await listNames(options.folder), []);
  },
);

testRuns(
  "a trial that was stopped goes on to the same row, and repeats no fold",
  ["cub200"],
  async (root) => {
    const whole = await executeTrial(await optionsOf(root, "whole"));
    const options = await optionsOf(root, "parts");
    for (const stopAt of [2, 3]) {
      let stepCount = 0;
      const shouldStop = () => ++stepCount === stopAt;
      await assertRejects(() => executeTrial({ ...options, shouldStop }), RunStopped);
    }
    assertEquals(withoutTime(await executeTrial(options)), withoutTime(whole));
    const shouldStop = () => true; // no step is left
    assertEquals(withoutTime(await executeTrial({ ...options, shouldStop })), withoutTime(whole));
  },
);

testRuns("a batch that a fold cannot fill is refused", ["cub200"], async (root) => {
  const options = await optionsOf(root, "sweep");
  const trial = { ...TRIAL, config: { ...TRIAL.config, classesPerBatch: 4 } };
  const error = await assertRejects(() => executeTrial({ ...options, trial }), InputError);
  assertEquals(
    error.message,
    "Cannot train on cub200 as a batch needs 4 classes: it has 2; lower --classes-per-batch",
  );
});
