import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { InputError } from "../../lib/errors.ts";
import { evaluateWeights } from "../../lib/experiment/evaluate_weights.ts";
import { findDoneRuns } from "../../lib/experiment/done_runs.ts";
import { CHECKSUMS_FILE } from "../../lib/results/rows/checksums.ts";
import { executeRun, RunStopped } from "../../lib/experiment/execute_run.ts";
import { runFolder } from "../../lib/experiment/run_folder.ts";
import { readRows, type ResultRow } from "../../lib/results/rows/row.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { listNames } from "../support/temporary_folder.ts";
import { run, testRuns, tinyRun, withoutTimes } from "./tiny_run.ts";

testRuns(
  "a run is done if its rows, its data and its weights are here",
  ["cub200"],
  async (root) => {
    const [config, other] = [tinyRun(), tinyRun({ seed: 4 })];
    const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/results` };
    const findDone = async () => [...(await findDoneRuns([config, other], roots)).done];
    assertEquals(await findDone(), []);
    await run(root, config);
    assertEquals(await findDone(), [formatRunId(config)]);

    const manifest = `${root}/data/mini/CUB200/manifest.csv`;
    const text = await Deno.readTextFile(manifest);
    await Deno.writeTextFile(manifest, text.replace("\n", "\r\n"));
    assertEquals(await findDone(), []); // other data
    await Deno.writeTextFile(manifest, text);

    await Deno.remove(
      `${runFolder(roots.resultsRoot, formatRunId(config)).path}/${CHECKSUMS_FILE}`,
    );
    assertEquals(await findDone(), []); // rows alone, as in a fresh clone
  },
);

testRuns(
  "a run with a missing, cut or changed file is named and made again, to the same bytes",
  ["cub200"],
  async (root) => {
    const config = tinyRun();
    const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/results` };
    await run(root, config);
    const { path } = runFolder(roots.resultsRoot, formatRunId(config));
    const weights = await Deno.readFile(`${path}/final.safetensors`);
    const flipped = weights.slice();
    flipped[flipped.length - 1]! ^= 1;
    const harms: [string, Uint8Array | null, RegExp][] = [
      ["final.safetensors", weights.subarray(0, 1000), /its SHA-256 must be [0-9a-f]{64}: it is/],
      ["final.safetensors", flipped, /its SHA-256 must be/],
      ["best_on_test.safetensors", null, /it is missing$/],
      ["neighbors.svg", null, /it is missing$/],
      ["epochs.csv", new Uint8Array(0), /its SHA-256 must be/],
    ];
    for (const [name, content, problem] of harms) {
      const before = await Deno.readFile(`${path}/${name}`);
      if (content) await Deno.writeFile(`${path}/${name}`, content);
      else await Deno.remove(`${path}/${name}`);
      const { done, damaged } = await findDoneRuns([config], roots);
      assertEquals(done.size, 0, name);
      assertMatch(damaged.get(formatRunId(config))!, problem);
      assertStringIncludes(damaged.get(formatRunId(config))!, `${path}/${name}: `);
      if (name === "epochs.csv") continue; // its times differ
      await Deno.writeFile(`${path}/${name}`, before);
      assertEquals((await findDoneRuns([config], roots)).done.size, 1, name);
    }
    await run(root, config);
    assertEquals(await Deno.readFile(`${path}/final.safetensors`), weights);
    assertEquals((await findDoneRuns([config], roots)).done.size, 1);
  },
);

testRuns("a run that lost one of its rows is named and made again", ["cub200"], async (root) => {
  const config = tinyRun();
  const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/results` };
  await run(root, config);
  const path = `${roots.resultsRoot}/full.csv`;
  const text = await Deno.readTextFile(path);
  const lines = text.split("\r\n");
  await Deno.writeTextFile(path, [...lines.slice(0, 3), ""].join("\r\n"));
  const { done, damaged } = await findDoneRuns([config], roots);
  assertEquals([done.size, damaged.get(formatRunId(config))], [
    0,
    `${path}: Cannot use results as rows of run ${
      formatRunId(config)
    } must be as its config.json has them: ` +
    "that of selection best_on_test is missing",
  ]);
  await run(root, config);
  assertEquals((await readRows(path)).length, 3);
});

testRuns("a run that is asked to stop goes on to the same rows", ["cub200"], async (root) => {
  const config = tinyRun();
  const expected = await run(root, config, "whole");
  const { backend } = await openBackend("wasm");
  const options = {
    config,
    backend,
    pretrained: null,
    dataRoot: `${root}/data`,
    resultsRoot: `${root}/stopped`,
  };
  let stepCount = 0;
  await assertRejects(
    () => executeRun({ ...options, shouldStop: () => ++stepCount > 2 }),
    RunStopped,
  );
  const { path } = runFolder(options.resultsRoot, formatRunId(config));
  await Deno.writeTextFile(`${path}/epochs.csv.tmp-17-0123abcd`, "of a killed writer");
  const rows = await executeRun(options);
  assertEquals(rows.map(withoutTimes), expected.map(withoutTimes));
  const names = await listNames(path);
  assertEquals(names.filter((name) => /tmp|checkpoint/.test(name)), []);
});

testRuns(
  "weights that are changed in mid-run are refused when it goes on",
  ["cub200"],
  async (root) => {
    const config = tinyRun({ epochCount: 3, evaluateEvery: 1 });
    const { backend } = await openBackend("wasm");
    const options = {
      config,
      backend,
      pretrained: null,
      dataRoot: `${root}/data`,
      resultsRoot: `${root}/results`,
    };
    let epoch = 0;
    const onEvent = (event: { kind: string }) => event.kind === "epoch" && epoch++;
    await assertRejects(
      () => executeRun({ ...options, onEvent, shouldStop: () => epoch > 2 }),
      RunStopped,
    );
    const path = runFolder(options.resultsRoot, formatRunId(config)).weights("best_on_test");
    await Deno.truncate(path, 500);
    await assertRejects(
      () => executeRun(options),
      InputError,
      `${path}: Cannot go on with the run as the file must be as it was written: its SHA-256 must be`,
    );
  },
);

testRuns(
  "a second execution of one run waits for the first and takes its rows",
  ["cub200"],
  async (root) => {
    const config = tinyRun();
    const { backend } = await openBackend("wasm");
    const options = {
      config,
      backend,
      pretrained: null,
      dataRoot: `${root}/data`,
      resultsRoot: `${root}/results`,
    };
    const holders: string[] = [];
    let second: Promise<ResultRow[]> | undefined;
    const first = await executeRun({
      ...options,
      onEvent: () => {
        second ??= executeRun({ ...options, onWait: (holder) => holders.push(holder) });
      },
    });
    assertEquals(await second, first);
    assertMatch(holders[0]!, new RegExp(`^process ${Deno.pid} on .+ since \\d{4}-`));
  },
);

testRuns("weights of another run in a run's folder are refused", ["cub200"], async (root) => {
  const [config, other] = [tinyRun(), tinyRun({ seed: 4 })];
  const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/results` };
  for (const each of [config, other]) await run(root, each);
  const { backend } = await openBackend("wasm");
  const path = runFolder(roots.resultsRoot, formatRunId(config)).weights("final");
  await Deno.copyFile(runFolder(roots.resultsRoot, formatRunId(other)).weights("final"), path);
  await assertRejects(
    () => evaluateWeights({ path, backend, ...roots }),
    InputError,
    `${path}: Cannot use weights as those in the folder of run ${
      formatRunId(config)
    } must be of it: ` +
      `they are of ${formatRunId(other)}`,
  );
});
