import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { DATASET_NAMES, findDataset } from "../../lib/dataset/datasets.ts";
import { InputError } from "../../lib/errors.ts";
import { evaluateWeights } from "../../lib/experiment/evaluate_weights.ts";
import { executeRun } from "../../lib/experiment/execute_run.ts";
import { runFolder } from "../../lib/experiment/run_folder.ts";
import { executeRuns } from "../../lib/experiment/run_pool.ts";
import { findMetric, meanPercent, type MetricName } from "../../lib/eval/metric_definitions.ts";
import { readQueryResults } from "../../lib/results/rows/query_results.ts";
import { METRIC_COLUMNS, readRows, type ResultRow } from "../../lib/results/rows/row.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { listNames } from "../support/temporary_folder.ts";
import { evaluateForeign } from "../../lib/experiment/evaluate_foreign.ts";
import { readStoredWeights } from "../../lib/experiment/weights_file.ts";
import { formatSafetensors } from "../../lib/file/safetensors.ts";
import { EXTERNAL_SCHEMA } from "../../lib/results/rows/external_row.ts";
import { readCsv } from "../../lib/results/rows/csv_store.ts";
import { run, testRuns, tinyRun, withoutTimes } from "./tiny_run.ts";

testRuns(
  "every dataset runs from its files to its rows",
  DATASET_NAMES,
  async (root) => {
    for (const dataset of DATASET_NAMES) {
      const published = await run(root, tinyRun({ dataset }));
      assertEquals(published.map(({ selection }) => selection), [
        "untrained",
        "final",
        "best_on_test",
      ]);
      const stored = await readRows(`${root}/results/full.csv`);
      const ofRun = stored.filter(({ run_id }) => run_id === published[0]!.run_id);
      assertEquals(ofRun, published);
      const metrics = METRIC_COLUMNS.filter(({ name }) => published[0]![name] !== null);
      const ks = metrics.flatMap(({ name }) =>
        name.match(/^recall_at_(\d+)$/)?.slice(1).map(Number) ?? []
      );
      assertEquals(ks, [...findDataset(dataset).recallKs]);
    }
  },
);

testRuns("two fresh runs store the same rows but for times", ["cub200"], async (root) => {
  const first = await run(root, tinyRun(), "first");
  const second = await run(root, tinyRun(), "second");
  assertEquals(second.map(withoutTimes), first.map(withoutTimes));
  const { run_id } = first[0]!;
  const names = [
    "SHA256SUMS",
    "best_on_test.queries.npy",
    "best_on_test.safetensors",
    "config.json",
    "epochs.csv",
    "final.queries.npy",
    "final.safetensors",
    "neighbors.svg",
    "run.lock",
  ];
  assertEquals(await listNames(`${root}/first/runs/${run_id}`), names);
  for (const name of names.filter((name) => !["epochs.csv", "SHA256SUMS"].includes(name))) {
    const [a, b] = await Promise.all(
      ["first", "second"].map((folder) =>
        Deno.readFile(`${root}/${folder}/runs/${run_id}/${name}`)
      ),
    );
    assertEquals(b, a, name);
  }
});

testRuns("protocol corrected chooses an epoch on held-out classes", ["cub200"], async (root) => {
  const config = tinyRun({ protocol: "corrected", heldOutShare: 0.34, classesPerBatch: 1 });
  const selections = (await run(root, config)).map(({ selection }) => selection);
  assertEquals(selections, ["untrained", "final", "held_out", "best_on_test"]);
});

testRuns("stored weights give the metrics of their row again", ["cub200"], async (root) => {
  const config = tinyRun();
  const rows = await run(root, config);
  const { backend } = await openBackend("wasm");
  const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/results` };
  for (const selection of ["final", "best_on_test"] as const) {
    const path = runFolder(roots.resultsRoot, formatRunId(config)).weights(selection);
    const { row: evaluated } = await evaluateWeights({ path, backend, ...roots });
    const trained = rows.find((row) => row.selection === selection)!;
    for (const { name } of METRIC_COLUMNS) assertEquals(evaluated[name], trained[name], name);
  }
});

testRuns(
  "the same network, as another program would save it, has the same metrics",
  ["cub200"],
  async (root) => {
    const config = tinyRun();
    const rows = await run(root, config);
    const { backend } = await openBackend("wasm");
    const roots = { dataRoot: `${root}/data`, resultsRoot: `${root}/results` };
    const own = runFolder(roots.resultsRoot, formatRunId(config)).weights("final");
    const { tensors } = await readStoredWeights(own);
    const path = `${root}/best_R1.safetensors`;
    const theirs = tensors.map((tensor) => ({
      ...tensor,
      name: tensor.name.startsWith("head.")
        ? tensor.name.replace("head.", "feature_extractor.fc.")
        : `feature_extractor.backbone.${tensor.name}`,
    }));
    await Deno.writeFile(path, formatSafetensors(theirs));
    const { profile, dataset, protocol, resizeSize, inputSize } = config;
    const { row, nothingToFind, description } = await evaluateForeign(
      { ...roots, path, profile, dataset, protocol, resizeSize, inputSize, backend },
    );
    const trained = rows.find(({ selection }) => selection === "final")!;
    for (const { name } of METRIC_COLUMNS) assertEquals(row[name], trained[name], name);
    assertEquals([row.embeddings, row.labels_hash], ["best_R1.safetensors", trained.data_hash]);
    assertEquals(nothingToFind, { count: 0, queryCount: row.query_count });
    assertEquals(
      description,
      `resnet_mini with a head of ${config.embeddingSize} dimensions, ` +
        `crops of ${inputSize} px from ${resizeSize} px`,
    );
    assertEquals((await readCsv(`${root}/results/external.csv`, EXTERNAL_SCHEMA)).length, 1);
  },
);

testRuns("two workers store the same rows as one run after another", ["cub200"], async (root) => {
  const configs = [tinyRun(), tinyRun({ seed: 4 })];
  const expected: ResultRow[] = [];
  for (const config of configs) expected.push(...await run(root, config, "alone"));
  const summary = await executeRuns(configs, {
    dataRoot: `${root}/data`,
    resultsRoot: `${root}/pool`,
    backendName: "wasm",
    backendOptions: {},
    jobCount: 2,
    pretrainedPathOf: () => null,
  });
  assertEquals([summary.finished.length, summary.failed], [2, []]);
  const [alone, pool] = [
    await readRows(`${root}/alone/full.csv`),
    await readRows(`${root}/pool/full.csv`),
  ];
  assertEquals(pool.map(withoutTimes), alone.map(withoutTimes));
});

testRuns(
  "an image that changed since conversion stops the run before training",
  ["cub200"],
  async (root) => {
    const folder = `${root}/data/mini/CUB200/class/train`;
    const [className] = await listNames(folder);
    const [imageName] = await listNames(`${folder}/${className}`);
    const path = `${folder}/${className}/${imageName}`;
    const bytes = await Deno.readFile(path);
    await Deno.remove(path);
    await Deno.writeFile(path, bytes.subarray(0, bytes.length - 7));
    const error = await assertRejects(() => run(root, tinyRun()), InputError, imageName);
    assertEquals(error.message.includes("\n"), false);
    await assertRejects(() => Deno.stat(`${root}/results/runs`), Deno.errors.NotFound);
  },
);

testRuns("a batch of more classes than there are is refused", ["cub200"], async (root) => {
  await assertRejects(
    () => run(root, tinyRun({ classesPerBatch: 6, imagesPerClass: 1 })),
    InputError,
    "Cannot train on cub200 as a batch needs 6 classes: it has 5; lower --classes-per-batch",
  );
});

testRuns("an epoch without a batch is refused", ["cub200"], async (root) => {
  await assertRejects(
    () => run(root, tinyRun({ imagesPerClass: 40 })),
    InputError,
    "as protocol published needs more than a batch of 80: lower --classes-per-batch or --images-per-class",
  );
});

testRuns(
  "a run keeps what each query found: its metrics are means of it",
  ["in_shop", "cub200"],
  async (root) => {
    for (const dataset of ["in_shop", "cub200"]) {
      const rows = await run(root, tinyRun({ dataset, protocol: "corrected" }));
      for (const row of rows.filter(({ selection }) => selection !== "untrained")) {
        const folder = runFolder(`${root}/results`, row.run_id);
        const queries = (await readQueryResults(`${folder.path}/${row.selection}.queries.npy`))!;
        const mean = (column: MetricName) => meanPercent(findMetric(column), queries);
        assertEquals([mean("recall_at_1"), queries.length], [row.recall_at_1, row.query_count]);
        assertAlmostEquals(mean("map_at_r"), row.map_at_r!, 1e-4); // stored as float32
        assertAlmostEquals(mean("r_precision"), row.r_precision!, 1e-4);
      }
    }
  },
);

Deno.test("a run of another precision than the backend's is refused before anything is read", async () => {
  const { backend } = await openBackend("cpu");
  const config = tinyRun({ precision: "tf32" });
  const roots = { dataRoot: "no/such/data", resultsRoot: "no/such/results" };
  const error = await assertRejects(
    () => executeRun({ config, backend, pretrained: null, ...roots }),
    InputError,
  );
  assertEquals(
    error.message,
    `Cannot carry out run ${
      formatRunId(config)
    } as backend cpu must compute in tf32: it does in float32; ` +
      "pass --precision tf32",
  );
});
