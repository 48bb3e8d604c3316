import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { InputError } from "../../lib/errors.ts";
import type { RandomStream } from "../../lib/random_stream.ts";
import { createLearner, disposeLearner, exportLearner } from "../../lib/train/learner.ts";
import { formatRunId } from "../../lib/train/run_id.ts";
import { runTraining, type TrainingInputs } from "../../lib/train/run_training.ts";
import type { RunIdentity } from "../../lib/train/run_identity.ts";
import { needs } from "../support/permissions.ts";
import { smallConfig } from "../support/train_config.ts";

const CONFIG = smallConfig({ epochCount: 4 });
const IDENTITY: RunIdentity = {
  backend: "wasm",
  deviceKind: "cpu",
  precision: "float32",
  isDeterministic: true,
  backendVersion: "1",
  threads: 1,
  isEager: false,
  microBatchSize: null,
  dataHash: "d",
  codeHash: "c",
};
const CLASS_COUNT = 5;
const LABELS = Array.from({ length: 5 * 4 }, (_, i) => i % CLASS_COUNT);

interface Evaluation {
  readonly weightSum: number;
  readonly notANumber: number;
}

function inputs(runFolder: string, changes: Partial<TrainingInputs<Evaluation>> = {}) {
  const size = CONFIG.inputSize;
  return {
    config: CONFIG,
    labels: LABELS,
    classCount: CLASS_COUNT,
    epochImageCount: LABELS.length,
    loadBatch: (indices: readonly number[], streamOf: (i: number) => RandomStream) => {
      const pixels = indices.flatMap((index, i) => {
        const stream = streamOf(i);
        return Array.from({ length: size * size * 3 }, () => LABELS[index]! + stream.nextNormal());
      });
      return Promise.resolve(Float32Array.from(pixels));
    },
    evaluate: async (embedder) => {
      const name = embedder.headNames.at(-1)!;
      const sum = tf.tidy(() => tf.sum(embedder.tensors.get(name)));
      const weightSum = (await sum.data())[0]!;
      sum.dispose();
      return { weightSum, notANumber: NaN };
    },
    runFolder,
    identity: IDENTITY,
    ...changes,
  } satisfies TrainingInputs<Evaluation>;
}

/** Trains until `shouldStop`; returns everything the learner knows and the epochs it reported. */
async function train(runFolder: string, shouldStop: (stepCount: number) => boolean = () => false) {
  const learner = createLearner(CONFIG, CLASS_COUNT, null);
  const records: unknown[] = [];
  let stepCount = 0;
  for await (const event of runTraining<Evaluation>(learner, inputs(runFolder))) {
    if (event.kind === "resumed") records.push(...event.history.map(withoutTimes));
    if (event.kind === "epoch") records.push(withoutTimes(event.record));
    if (event.kind === "step" && shouldStop(++stepCount)) break;
  }
  const snapshot = await exportLearner(learner);
  disposeLearner(learner);
  return { records, snapshot };
}

function withoutTimes<T extends object>(record: T) {
  return { ...record, trainSeconds: 0, imagesPerSecond: 0 };
}

Deno.test({
  name:
    "an interrupted run resumes to the same bits: weights, statistics, moments, step counts, epochs",
  ignore: needs("read", "write"),
  async fn() {
    await openBackend("wasm");
    const [whole, broken] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
    const expected = await train(whole);
    await train(broken, (stepCount) => stepCount === 2); // within epoch 1
    await train(broken, (stepCount) => stepCount === 5); // within a later epoch
    await Deno.writeTextFile(`${broken}/checkpoint-0009.safetensors`, "half written");
    const resumed = await train(broken);
    assertEquals(resumed, expected);
    assertEquals(resumed.records.length, CONFIG.epochCount + 1);
  },
});

Deno.test({
  name: "training frees every tensor it makes",
  ignore: needs("read", "write"),
  async fn() {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    await train(await Deno.makeTempDir());
    assertEquals(tf.memory().numTensors, before);
  },
});

Deno.test({
  name:
    "a checkpoint of another configuration or backend, or a damaged one, is refused in one line",
  ignore: needs("read", "write"),
  async fn() {
    await openBackend("wasm");
    const folder = await Deno.makeTempDir();
    await train(folder);
    const run = async (changes: Partial<TrainingInputs<Evaluation>>) => {
      const learner = createLearner(CONFIG, CLASS_COUNT, null);
      try {
        for await (const _ of runTraining(learner, inputs(folder, changes)));
      } finally {
        disposeLearner(learner);
      }
    };
    const other = { ...CONFIG, seed: 4 };
    await assertRejects(
      () => run({ config: other }),
      InputError,
      `checkpoint.json: Cannot resume as the checkpoint must be of run ${formatRunId(other)}: ` +
        `it is of ${formatRunId(CONFIG)}; remove the folder to start the run again`,
    );
    await assertRejects(
      () => run({ identity: { ...IDENTITY, backend: "webgpu" } }),
      InputError,
      "Cannot resume after epoch 4 as the backend must be wasm: it is webgpu; pass --backend wasm, or remove",
    );
    const state = `${folder}/checkpoint.json`;
    const text = await Deno.readTextFile(state);
    for (
      const [written, edited] of [
        ['"epoch": 4', '"epoch": 3'],
        ['"notANumber": "NaN"', '"notANumber": 1'],
      ] as const
    ) {
      assertEquals(text.includes(written), true);
      await Deno.writeTextFile(state, text.replace(written, edited));
      await assertRejects(
        () => run({}),
        InputError,
        "Cannot read checkpoint as its values must be those that the run wrote: their SHA-256 is not",
      );
    }
    await Deno.writeTextFile(state, text);
    const tensors = `${folder}/checkpoint-0004.safetensors`;
    const bytes = await Deno.readFile(tensors);
    await Deno.writeFile(tensors, bytes.subarray(0, bytes.length - 1));
    await assertRejects(() => run({}), InputError, "Cannot read checkpoint as its SHA-256 must be");
    await Deno.remove(tensors);
    await assertRejects(() => run({}), InputError, "Cannot read checkpoint as the file must exist");
  },
});

Deno.test({
  name: "the first loss that is not finite stops the run and keeps the last good checkpoint",
  ignore: needs("read", "write"),
  async fn() {
    await openBackend("wasm");
    const folder = await Deno.makeTempDir();
    const good = inputs(folder);
    let batchCount = 0;
    const loadBatch: typeof good.loadBatch = async (indices, streamOf) => {
      const pixels = await good.loadBatch(indices, streamOf);
      return ++batchCount > 6 ? pixels.fill(NaN) : pixels;
    };
    const learner = createLearner(CONFIG, CLASS_COUNT, null);
    const error = await assertRejects(
      async () => {
        for await (const _ of runTraining(learner, inputs(folder, { loadBatch })));
      },
      InputError,
      "Cannot go on training as the loss must be finite: it is NaN; lower the learning rate",
    );
    disposeLearner(learner);
    assertEquals(error.message.includes("\n"), false);
    const kept = JSON.parse(await Deno.readTextFile(`${folder}/checkpoint.json`));
    assertEquals(kept.epoch, 2);
  },
});
