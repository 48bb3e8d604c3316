/** Models and inputs of `tests/golden/models.json`, made from its seeds. */

import * as tf from "@tensorflow/tfjs";
import golden from "../golden/models.json" with { type: "json" };
import { goldenTensor } from "../support/generator.ts";
import type { Backbone } from "../../lib/model/backbone.ts";
import {
  createTensorStore,
  type NamedTensor,
  type TensorStore,
} from "../../lib/model/tensor_store.ts";
import { RandomStream } from "../../lib/random_stream.ts";

/** Names of the backbones in the file. */
export type GoldenName = "resnet50" | "bn_inception" | "deit_small_distilled";

interface GoldenTensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
}

/** One run of the file. */
export interface GoldenRun {
  readonly mode: string;
  readonly batch: number;
  readonly size: number;
  readonly inputSeed: number;
  readonly inputScale: number;
  readonly features: readonly (readonly number[])[];
  readonly featuresL2: readonly number[];
  readonly featuresMean: readonly number[];
  readonly gradWeightsSeed?: number;
  readonly gradL2?: Readonly<Record<string, number>>;
}

/** The runs of one backbone. */
export function goldenRuns(name: GoldenName): readonly GoldenRun[] {
  return golden[name].runs as unknown as GoldenRun[];
}

/** Names and shapes of one backbone's tensors, in PyTorch's order; the classifier, which the file has too, comes last. */
export function goldenTensorEntries(
  name: GoldenName,
  backbone: Backbone,
): readonly GoldenTensorEntry[] {
  return golden[name].tensors.slice(0, backbone.specs.length);
}

/** The weights of tensor entries, by the rule of the file's provenance. */
export function goldenWeights(
  entries: readonly GoldenTensorEntry[],
  weightSeedBase: number,
): NamedTensor[] {
  return entries.map(({ name, shape }, j) => {
    const { scale, add } = fillRule(name, shape);
    return { name, shape, data: goldenTensor(shape, weightSeedBase + j, scale, add) };
  });
}

function fillRule(name: string, shape: readonly number[]): { scale: number; add: number } {
  const fanIn = shape.slice(1).reduce((product, extent) => product * extent, 1);
  if (shape.length === 4) return { scale: Math.sqrt(6 / fanIn), add: 0 };
  if (shape.length > 1) return { scale: Math.sqrt(3 / fanIn), add: 0 };
  if (name.endsWith("running_var")) return { scale: 0.2, add: 1 };
  return { scale: 0.1, add: name.endsWith(".weight") ? 1 : 0 };
}

/** A store with the golden weights of a backbone. The caller disposes it. */
export function createGoldenStore(backbone: Backbone, name: GoldenName): TensorStore {
  const zero = backbone.specs.map((spec) => ({
    ...spec,
    init: { kind: "constant", value: 0 } as const,
  }));
  const store = createTensorStore(zero, RandomStream.named(0, "unused"));
  store.load(goldenWeights(goldenTensorEntries(name, backbone), golden[name].weightSeedBase));
  return store;
}

/** Input of a run, [B, H, W, 3]. The caller disposes it. */
export function goldenImages(run: GoldenRun): tf.Tensor4D {
  const { batch, size } = run;
  return tf.tidy(() => {
    const shape: [number, number, number, number] = [batch, 3, size, size];
    const values = goldenTensor(shape, run.inputSeed, run.inputScale);
    return tf.transpose(tf.tensor4d(values, shape), [0, 2, 3, 1]);
  });
}

/** What a run gives here. */
export interface GoldenOutcome {
  /** [B, F], row-major. */
  readonly features: Float32Array;
  /** L2 norm of the gradient of every parameter; empty for runs without gradients. */
  readonly gradL2: ReadonlyMap<string, number>;
}

/** Repeats a run on the current backend. */
export function repeatRun(backbone: Backbone, store: TensorStore, run: GoldenRun): GoldenOutcome {
  const mode = { batchNorm: run.mode === "trainBN" ? "train" : "frozen" } as const;
  const names = run.gradWeightsSeed === undefined ? [] : store.parameterNames();
  const shape: [number, number] = [run.batch, backbone.featureCount];
  const gradL2 = new Map<string, number>();
  let features = new Float32Array();
  tf.tidy(() => {
    const images = goldenImages(run);
    const forward = () => {
      const rows = backbone.features(store, images, mode);
      features = rows.dataSync<"float32">() as Float32Array<ArrayBuffer>;
      return rows;
    };
    if (run.gradWeightsSeed === undefined) return void forward();
    const weights = tf.tensor2d(goldenTensor(shape, run.gradWeightsSeed), shape);
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.mul(forward(), weights)) as tf.Scalar,
      names.map((name) => store.get(name)),
    );
    for (const name of names) {
      gradL2.set(name, measureL2(grads[store.get(name).name]!.dataSync()));
    }
  });
  return { features, gradL2 };
}

/** Euclidean norm in float64. */
function measureL2(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}

/** Largest deviations of an outcome, relative to what the file says. */
export interface GoldenDeviation {
  readonly features: number;
  readonly gradL2: number;
  /** Parameter of the largest deviation of `gradL2`. */
  readonly worstName: string;
}

/**
 * Compares an outcome with its run. A gradient's norm is compared relative to itself, or to a millionth of the largest norm
 * where that is more: a bias before a batch norm that trains has no gradient but rounding.
 */
export function measureDeviation(run: GoldenRun, outcome: GoldenOutcome): GoldenDeviation {
  const featureCount = outcome.features.length / run.batch;
  let features = 0;
  run.features.forEach((expected, b) => {
    const row = outcome.features.subarray(b * featureCount, (b + 1) * featureCount);
    const scale = Math.max(...expected.map(Math.abs));
    const mean = row.reduce((sum, value) => sum + value, 0) / featureCount;
    features = Math.max(
      features,
      ...expected.map((value, i) => Math.abs(row[i]! - value) / scale),
      Math.abs(measureL2(row) / run.featuresL2[b]! - 1),
      Math.abs(mean - run.featuresMean[b]!) / Math.max(Math.abs(run.featuresMean[b]!), scale),
    );
  });
  const expectedNorms = Object.entries(run.gradL2 ?? {});
  const floor = 1e-6 * Math.max(0, ...expectedNorms.map(([, norm]) => norm));
  let [gradL2, worstName] = [0, ""];
  for (const [name, norm] of expectedNorms) {
    const actual = outcome.gradL2.get(name) ?? NaN;
    const deviation = Math.abs(actual - norm) / Math.max(norm, floor);
    if (!(deviation <= gradL2)) [gradL2, worstName] = [deviation, name];
  }
  return { features, gradL2, worstName };
}
