import { assertEquals, assertRejects } from "@std/assert";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { InputError } from "../../lib/errors.ts";
import { executeRun, RunStopped } from "../../lib/experiment/execute_run.ts";
import { storeFailure } from "../../lib/experiment/run_failure.ts";
import { type WatchedResults, watchRuns } from "../../lib/experiment/watch_runs.ts";
import { readEpochs } from "../../lib/results/rows/epoch_row.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { formatWatch } from "../../tasks/command_line/format_watch.ts";
import { finishRun } from "./finished_run.ts";
import { makeSmallMiniatures } from "../support/small_miniatures.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { smallConfig } from "../support/train_config.ts";

testInFolder(
  "a run is watched while it goes on, where it stands still, and when it is done",
  async (root) => {
    await makeSmallMiniatures(`${root}/data`, ["cub200"]);
    const { backend } = await openBackend("wasm");
    const config = smallConfig({ classesPerBatch: 2, imagesPerClass: 2, epochCount: 3 });
    const runId = formatRunId(config);
    const resultsRoot = `${root}/results`;
    const looks: Promise<WatchedResults>[] = [];
    let epochs = 0;
    const run = (stopAfter: number) =>
      executeRun({
        config,
        backend,
        pretrained: null,
        dataRoot: `${root}/data`,
        resultsRoot,
        shouldStop: () => epochs === stopAfter,
        onEvent(event) {
          if (event.kind === "epoch") epochs++;
          if (event.kind === "step" && event.batch === 0) {
            looks.push(watchRuns(resultsRoot, Date.now()));
          }
        },
      });
    await assertRejects(() => run(3), RunStopped);
    const [first, second] = await Promise.all(looks);
    assertEquals(
      first!.unfinished.map(({ runId, epoch, epochCount }) => [runId, epoch, epochCount]),
      [
        [runId, 0, 3],
      ],
    );
    assertEquals(second!.unfinished[0]!.holder?.startsWith(`process ${Deno.pid} on `), true);

    const still = await watchRuns(resultsRoot, Date.now());
    const rows = await readEpochs(`${resultsRoot}/runs/${runId}/epochs.csv`);
    const { epoch, holder, recallAt1, bestRecallAt1 } = still.unfinished[0]!;
    assertEquals([epoch, holder, recallAt1], [2, null, rows.at(-1)!.recall_at_1]);
    assertEquals(bestRecallAt1, Math.max(...rows.map(({ recall_at_1 }) => recall_at_1!)));

    epochs = 10;
    await run(-1);
    const done = await watchRuns(resultsRoot, Date.now());
    assertEquals(done, { doneCount: 1, unfinished: [] });
    assertEquals(formatWatch(done), ["1 done, 0 running, 0 standing still"]);
  },
  ["ffi", "sys", "env"],
);

testInFolder("a folder without runs is named", async (root) => {
  await assertRejects(
    () => watchRuns(root, 0),
    InputError,
    `${root}/runs: Cannot watch runs as their folder must exist: it does not; ` +
      "name the folder of results by --results-root, or begin a run",
  );
});

testInFolder(
  "what is damaged is told beside the others; done is what ended, not what never began",
  async (root) => {
    const runs = await Promise.all([1, 2, 3, 4].map((seed) => finishRun(root, { seed })));
    const [older, half, killed, done] = runs.map(({ folder }) => folder);
    await Deno.writeTextFile(`${older!.path}/checkpoint.json`, '{"formatVersion":1}\n');
    await Deno.writeTextFile(`${half!.path}/checkpoint.json`, "");
    await Deno.writeTextFile(`${half!.path}/epochs.csv`, "run_id,epo");
    await Deno.writeTextFile(`${killed!.path}/run.lock`, "process 1 on another machine");
    await Deno.remove(killed!.epochs);
    await storeFailure(killed!.path, "Cannot go on as it is so");
    await Deno.writeTextFile(done!.config, "{}");
    await Deno.mkdir(`${root}/runs/notes`);
    const { doneCount, unfinished } = await watchRuns(root, 0);
    assertEquals(doneCount, 1);
    const found = unfinished.map((
      { epoch, problem },
    ) => [epoch, problem?.replace(root, "") ?? null]);
    const path = (folder: string) => `${folder.replace(root, "")}/checkpoint.json`;
    assertEquals(found, [
      [
        4,
        `${path(older!.path)}: Cannot read checkpoint as its formatVersion must be 4: it is 1; ` +
        "remove the folder to start the run again",
      ],
      [
        null,
        `${
          path(half!.path)
        }: Cannot read checkpoint as it must be JSON: Unexpected end of JSON input; ` +
        "remove the folder to start the run again",
      ],
      [null, "Cannot go on as it is so"],
    ]);
  },
);

Deno.test("formatWatch() says epochs, rate, Recall@1, time left and who works", () => {
  const run = {
    runId: "a-run",
    holder: "process 7 on machine since today",
    epoch: 4,
    epochCount: 18,
    imagesPerSecond: 662.19,
    recallAt1: 58.85,
    bestRecallAt1: 60,
    secondsLeft: 185,
    problem: null,
  };
  const still = {
    ...run,
    runId: "b-run",
    holder: null,
    epoch: null,
    epochCount: null,
    imagesPerSecond: null,
    recallAt1: null,
    bestRecallAt1: null,
    secondsLeft: null,
  };
  const broken = { ...still, runId: "c-run", problem: "x: Cannot read checkpoint as it is so" };
  assertEquals(formatWatch({ doneCount: 2, unfinished: [run, still, broken] }), [
    "a-run: epoch 4 of 18, 662.2 images/s, Recall@1 58.9 (best 60.0), about 3:05 min left, " +
    "process 7 on machine since today",
    "b-run: before the first epoch, stands still: the command that began it goes on with it",
    "c-run: before the first epoch, x: Cannot read checkpoint as it is so",
    "2 done, 1 running, 2 standing still",
  ]);
});
