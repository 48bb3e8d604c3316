import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { UsageError } from "../../lib/errors.ts";
import { findBackbone } from "../../lib/model/registry.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import type { TrainConfig } from "../../lib/train/config.ts";
import {
  createLearner,
  disposeLearner,
  exportLearner,
  type Learner,
  type LearnerSnapshot,
} from "../../lib/train/learner.ts";
import { computeGradients, type LossGradients } from "../../lib/train/loss_gradients.ts";
import { checkMicroBatch, computeMicroBatchGradients } from "../../lib/train/micro_batch_step.ts";
import { trainStep } from "../../lib/train/step.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { needs } from "../support/permissions.ts";
import { smallConfig } from "../support/train_config.ts";

// Rounding of float32 sums in another order; a statistic or a gradient per slice is wrong by more than 1e-2.
const TOLERANCE = 1e-5;
const CLASS_COUNT = 5;
const CONFIG = smallConfig({ hasFrozenBatchNorm: true });

/** B images of CONFIG's size, and their labels. */
function drawBatch(batchSize: number) {
  const { inputSize } = CONFIG;
  const stream = RandomStream.named(7, "images");
  const labels = Array.from({ length: batchSize }, (_, i) => i % CLASS_COUNT);
  const valueCount = inputSize * inputSize * 3;
  const pixels = labels.flatMap((label) =>
    Array.from({ length: valueCount }, () => label / CLASS_COUNT + stream.nextNormal())
  );
  const images = tf.tensor4d(pixels, [batchSize, inputSize, inputSize, 3]);
  return { images, labels };
}

/** A learner whose statistics and scales are not the initial ones, so that every factor of a gradient counts. */
function createMovedLearner(): Learner {
  const learner = createLearner(CONFIG, CLASS_COUNT, null);
  const { tensors } = learner.embedder;
  const stream = RandomStream.named(8, "moved");
  for (const name of [...tensors.parameterNames(), ...tensors.bufferNames()]) {
    const variable = tensors.get(name);
    if (variable.rank !== 1) continue;
    const noise = Float32Array.from({ length: variable.size }, () => 0.2 * stream.nextFloat());
    tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(noise, variable.shape))));
  }
  return learner;
}

/** Loss and gradients as numbers, by parameter. */
function readGradients(learner: Learner, { loss, gradients }: LossGradients) {
  const { tensors } = learner.embedder;
  const named = tensors.parameterNames().map((name) => [name, tensors.get(name)] as const);
  const values = new Map([["loss", loss.dataSync<"float32">()]]);
  for (const [name, variable] of [...named, ["proxies", learner.proxies!] as const]) {
    const gradient = gradients[variable.name];
    if (gradient) values.set(name, gradient.dataSync<"float32">());
  }
  tf.dispose([loss, gradients]);
  return values;
}

/** Loss and gradients of one batch, in one piece or in slices, from the same weights. */
async function gradientsOf(batchSize: number, microBatchSize: number | null, isWarmup = false) {
  const learner = createMovedLearner();
  const { images, labels } = drawBatch(batchSize);
  const options = { config: CONFIG, isWarmup };
  const result = microBatchSize === null
    ? await computeGradients(learner, images, labels, options)
    : await computeMicroBatchGradients(learner, images, labels, { ...options, microBatchSize });
  const values = readGradients(learner, result);
  images.dispose();
  disposeLearner(learner);
  return values;
}

/**
 * Whether a gradient is the rounding of a zero: that of the head's layer norm, as a batch norm follows. It differs with the order
 * in which a processor adds, and AdamW makes whole updates of it: it is held against the largest of all gradients.
 */
function isRoundingOfZero(name: string): boolean {
  return name.includes("head.0.");
}

function assertSameGradients(
  actual: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): void {
  assertEquals([...actual.keys()], [...expected.keys()]);
  const largest = Math.max(
    ...[...expected.values()].flatMap((values) => [...values].map(Math.abs)),
  );
  for (const [name, values] of expected) {
    assert(values.some((value) => value !== 0), `${name} has no gradient to compare`);
    if (!isRoundingOfZero(name)) assertAllClose(actual.get(name)!, values, TOLERANCE, name);
    else assertAllClose([...actual.get(name)!, largest], [...values, largest], TOLERANCE, name);
  }
}

testOnEachBackend("slices give the loss and every gradient of the whole batch", async () => {
  assertSameGradients(await gradientsOf(6, 2), await gradientsOf(6, null));
});

testOnEachBackend("a batch that slices do not divide gives the same gradients too", async () => {
  assertSameGradients(await gradientsOf(7, 3), await gradientsOf(7, null)); // 3 + 3 + 1
});

testOnEachBackend("slices of one image give the same gradients too", async () => {
  assertSameGradients(await gradientsOf(5, 1), await gradientsOf(5, null));
});

testOnEachBackend(
  "in warm-up, slices give gradients to the head and the proxies alone",
  async () => {
    const expected = await gradientsOf(6, null, true);
    assertEquals([...expected.keys()].filter((name) => /^(layer|conv|bn)/.test(name)), []);
    assertSameGradients(await gradientsOf(6, 4, true), expected);
  },
);

/** One step from the same weights: not more, as the second would see what AdamW makes of a rounding; see `isRoundingOfZero`. */
async function trainOneStep(isWarmup: boolean, clipValue: number, microBatchSize?: number) {
  const config = { ...CONFIG, optimizer: { ...CONFIG.optimizer, clipValue } };
  const learner = createMovedLearner();
  const { images, labels } = drawBatch(7);
  const options = { config, isWarmup, learningRateFactor: 1, microBatchSize };
  const loss = await trainStep(learner, images, labels, options);
  const snapshot = await exportLearner(learner);
  images.dispose();
  disposeLearner(learner);
  return { loss, snapshot };
}

function assertSameLearners(
  actual: LearnerSnapshot,
  expected: LearnerSnapshot,
  momentTolerance: number,
): void {
  assertEquals(actual.networkSteps, expected.networkSteps);
  assertEquals(actual.proxySteps, expected.proxySteps);
  for (const [i, { name, data }] of expected.tensors.entries()) {
    const tolerance = name.endsWith("_moment") ? momentTolerance : TOLERANCE;
    assertEquals(actual.tensors[i]!.name, name);
    if (isRoundingOfZero(name)) continue;
    assertAllClose(actual.tensors[i]!.data, data, tolerance, name);
  }
}

for (const isWarmup of [true, false]) {
  const kind = isWarmup ? "a step of warm-up" : "a step";
  testOnEachBackend(
    `${kind} in slices ends in the same weights, statistics and moments`,
    async () => {
      const sliced = await trainOneStep(isWarmup, 1e6, 3);
      const whole = await trainOneStep(isWarmup, 1e6);
      assertAllClose([sliced.loss], [whole.loss], TOLERANCE, "loss");
      assertSameLearners(sliced.snapshot, whole.snapshot, TOLERANCE);
    },
  );
}

testOnEachBackend("gradients are clipped after the slices are summed", async () => {
  const [sliced, whole] = [await trainOneStep(false, 1e-3, 3), await trainOneStep(false, 1e-3)];
  // Moments are of gradients cut to a thousandth, whose rounding is not cut; clips per slice would be wrong by 1.
  assertSameLearners(sliced.snapshot, whole.snapshot, 1e-2);
});

Deno.test({
  name:
    "a slice as large as the batch is the plain step, to the bit, also with training batch norms",
  ignore: needs("read"),
  async fn() {
    await openBackend("wasm");
    const step = async (microBatchSize?: number) => {
      const learner = createMovedLearner();
      const { images, labels } = drawBatch(6);
      const config = { ...CONFIG, hasFrozenBatchNorm: false };
      const options = { config, isWarmup: false, learningRateFactor: 1, microBatchSize };
      await trainStep(learner, images, labels, options);
      const snapshot = await exportLearner(learner);
      images.dispose();
      disposeLearner(learner);
      return snapshot;
    };
    assertEquals(await step(6), await step());
  },
});

/** Bytes of tensors at the peak of a step that is not the first, which creates the optimizer's moments. */
async function stepPeakBytes(batchSize: number, microBatchSize?: number): Promise<number> {
  const learner = createMovedLearner();
  const { images, labels } = drawBatch(batchSize);
  const options = { config: CONFIG, isWarmup: false, learningRateFactor: 1, microBatchSize };
  const step = () => trainStep(learner, images, labels, options);
  await step();
  const { peakBytes } = await tf.profile(step as unknown as () => tf.TensorContainer);
  images.dispose();
  disposeLearner(learner);
  return peakBytes;
}

Deno.test({
  name: "an eighth of the batch at a time needs less than half of the memory, and frees all of it",
  ignore: needs("read"),
  async fn() {
    await openBackend("wasm");
    const before = tf.memory().numTensors;
    const [whole, sliced] = [await stepPeakBytes(48), await stepPeakBytes(48, 6)];
    assertEquals(tf.memory().numTensors, before);
    assert(sliced < whole / 2, `${sliced} bytes in slices, ${whole} in one piece`);
  },
});

Deno.test({
  name: "the memory of a batch in slices grows by its images and features alone",
  ignore: needs("read"),
  async fn() {
    await openBackend("wasm");
    const growth = await stepPeakBytes(96, 6) - await stepPeakBytes(48, 6);
    const { inputSize } = CONFIG;
    const imageBytes = 48 * inputSize * inputSize * 3 * 4;
    const featureBytes = 48 * findBackbone(CONFIG.backbone).featureCount * 4;
    const bound = imageBytes + 16 * featureBytes; // the head works on copies of them
    assert(growth <= bound, `${growth} bytes more for 48 images more, at most ${bound} expected`);
  },
});

/** The message with which slices of 2 are refused, or `null`. */
function refusal(changes: Partial<TrainConfig>, microBatchSize = 2): string | null {
  const config = smallConfig(changes);
  try {
    checkMicroBatch(config, microBatchSize);
    return null;
  } catch (error) {
    assert(error instanceof UsageError);
    return error.message;
  }
}

Deno.test("slices are refused where batch norms of the backbone train, with the reason in one line", () => {
  assertEquals(
    refusal({ hasFrozenBatchNorm: false }),
    "Cannot use --micro-batch as the batch norms of resnet_mini must be frozen, or each slice would have its own " +
      "statistics: freeze-batch-norm is false",
  );
  assertEquals(refusal({ hasFrozenBatchNorm: true }), null);
  assertEquals(refusal({ hasFrozenBatchNorm: false }, 6), null); // B = 6: one slice
});

Deno.test("a backbone without batch norms is never refused", () => {
  const backbones = ["resnet50", "bn_inception", "deit_s"];
  const refused = backbones.filter((backbone) => refusal({ backbone, hasFrozenBatchNorm: false }));
  assertEquals(refused, ["resnet50", "bn_inception"]);
});

Deno.test("a slice of no or half an image is misuse", () => {
  for (const size of [0, -1, 1.5, NaN]) {
    assertEquals(
      refusal({}, size),
      `Cannot use --micro-batch as it must be a whole number of at least 1: it is ${size}`,
    );
  }
});

Deno.test("a step refuses slices by the batch that it gets, before it computes anything", async () => {
  const config = smallConfig({ hasFrozenBatchNorm: false }); // says B = 6
  const learner = createLearner(config, CLASS_COUNT, null);
  const { images, labels } = drawBatch(7);
  const before = tf.memory().numTensors;
  await assertRejects(
    () =>
      computeMicroBatchGradients(learner, images, labels, {
        config,
        isWarmup: false,
        microBatchSize: 6,
      }),
    UsageError,
    "the batch norms of resnet_mini must be frozen",
  );
  assertEquals(tf.memory().numTensors, before);
  images.dispose();
  disposeLearner(learner);
});
