/** Models and inputs of `tests/golden/models.json`, made from its seeds. */

import type { NamedTensor } from "../../lib/file/named_tensor.ts";
import * as tf from "@tensorflow/tfjs";
import float64 from "../golden/model_float64.json" with { type: "json" };
import golden from "../golden/models.json" with { type: "json" };
import transformers from "../golden/vision_transformers.json" with { type: "json" };
import { goldenTensor } from "../support/generator.ts";
import type { Backbone } from "../../lib/model/backbone.ts";
import { convertFilterToHwio } from "../../lib/model/filter_layout.ts";
import { createTensorStore, type TensorStore } from "../../lib/model/tensor_store.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { dot } from "./numerical_gradient.ts";

interface GoldenTensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
}

/** One run of a model. */
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
  /** Sum of the gradient of parameter j times T(its shape, `gradProjectionSeed` + j). */
  readonly gradProjection?: Readonly<Record<string, number>>;
  readonly gradProjectionSeed?: number;
  /** Norm of each running statistic after the run. */
  readonly runningL2?: Readonly<Record<string, number>>;
}

/** A model: what fills its tensors, and its runs. */
export interface GoldenModel {
  readonly weightSeedBase: number;
  /** In PyTorch's order; a classifier, where there is one, comes last. */
  readonly tensors: readonly GoldenTensorEntry[];
  readonly runs: readonly GoldenRun[];
}

const asModel = (model: unknown) => model as GoldenModel;

/** The authors' implementation on PyTorch 1.13.1 in float32: `models.json`. */
export const PUBLISHED = {
  resnet50: asModel(golden.resnet50),
  bn_inception: asModel(golden.bn_inception),
  deit_s: asModel(golden.deit_small_distilled),
} as const;

/** PyTorch in float64, at inputs where no ReLU is close to its kink: `model_float64.json`. */
export const FLOAT64 = {
  resnet50: asModel(float64.resnet50),
  resnet_mini: asModel(float64.resnet_mini),
} as const;

/** timm in float64 with random weights: `vision_transformers.json`. */
export const TIMM = {
  deit_ti: asModel(transformers.deit_ti),
  dino_vits16: asModel(transformers.dino_vits16),
  dinov2_vits14: asModel(transformers.dinov2_vits14),
} as const;

/** Names and shapes, without what the backbone does not have: the classifier. */
export function backboneEntries(
  model: GoldenModel,
  backbone: Backbone,
): readonly GoldenTensorEntry[] {
  return model.tensors.slice(0, backbone.specs.length);
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
export function createGoldenStore(backbone: Backbone, model: GoldenModel): TensorStore {
  const zero = backbone.specs.map((spec) => ({
    ...spec,
    init: { kind: "constant", value: 0 } as const,
  }));
  const store = createTensorStore(zero, RandomStream.named(0, "unused"));
  let weights = WEIGHTS.get(model);
  if (!weights) {
    weights = goldenWeights(backboneEntries(model, backbone), model.weightSeedBase);
    WEIGHTS.set(model, weights);
  }
  store.load(weights);
  return store;
}

/** Made once per model, as hashing 25 million numbers takes a second. */
const WEIGHTS = new Map<GoldenModel, NamedTensor[]>();

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
  /** Projections of the gradients; empty for runs without them. */
  readonly gradProjection: ReadonlyMap<string, number>;
}

/** Repeats a run on the current backend. */
export async function repeatRun(
  backbone: Backbone,
  store: TensorStore,
  run: GoldenRun,
): Promise<GoldenOutcome> {
  const mode = { batchNorm: run.mode === "trainBN" ? "train" : "frozen" } as const;
  const names = run.gradWeightsSeed === undefined ? [] : store.parameterNames();
  const shape: [number, number] = [run.batch, backbone.featureCount];
  const kept = tf.tidy(() => {
    const images = goldenImages(run);
    if (run.gradWeightsSeed === undefined) return [backbone.features(store, images, mode)];
    const weights = tf.tensor2d(goldenTensor(shape, run.gradWeightsSeed), shape);
    let features: tf.Tensor | undefined;
    const { grads } = tf.variableGrads(() => {
      features = tf.keep(backbone.features(store, images, mode));
      return tf.sum(tf.mul(features, weights)) as tf.Scalar;
    }, names.map((name) => store.get(name)));
    return [features!, ...names.map((name) => grads[store.get(name).name]!)];
  });
  const [features, ...gradients] = await Promise.all(kept.map((tensor) => tensor.data()));
  tf.dispose(kept);
  const byName = new Map(names.map((name, i) => [name, gradients[i]!]));
  return {
    features: features as Float32Array,
    gradL2: new Map(byName.entries().map(([name, gradient]) => [name, measureL2(gradient)])),
    gradProjection: projectGradients(store, run, byName),
  };
}

function projectGradients(
  store: TensorStore,
  { gradProjection = {}, gradProjectionSeed = 0 }: GoldenRun,
  gradients: ReadonlyMap<string, ArrayLike<number>>,
): Map<string, number> {
  const specs = new Map(store.specs.map((spec) => [spec.name, spec]));
  return new Map(
    Object.keys(gradProjection).map((name, j) => {
      const { shape, role } = specs.get(name)!;
      const drawn = goldenTensor(shape, gradProjectionSeed + j);
      const weights = role === "conv" ? convertFilterToHwio(drawn, shape as FilterShape) : drawn;
      return [name, dot(weights, gradients.get(name)!)];
    }),
  );
}

type FilterShape = readonly [number, number, number, number];

/** Euclidean norm in float64. */
export function measureL2(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}

/** Largest deviations of an outcome, relative to what the file says. */
export interface GoldenDeviation {
  readonly features: number;
  /** Of the norm of one parameter's gradient. */
  readonly gradL2: number;
  /** The parameter of `gradL2`. */
  readonly worstName: string;
  /** Of the norm of the whole gradient. */
  readonly totalL2: number;
  /** Of the projection of one parameter's gradient, relative to what independent numbers of that norm give. */
  readonly projection: number;
}

/**
 * Compares an outcome with its run. A gradient's norm is compared relative to itself, or to 1e-5 of the largest norm
 * where that is more: a bias before a batch norm that trains has no gradient but rounding.
 */
export function measureDeviation(run: GoldenRun, outcome: GoldenOutcome): GoldenDeviation {
  const expected = Object.entries(run.gradL2 ?? {});
  const floor = 1e-5 * Math.max(0, ...expected.map(([, norm]) => norm));
  let [gradL2, worstName] = [0, ""];
  for (const [name, norm] of expected) {
    const actual = outcome.gradL2.get(name) ?? NaN;
    const deviation = Math.abs(actual - norm) / Math.max(norm, floor);
    if (!(deviation <= gradL2)) [gradL2, worstName] = [deviation, name];
  }
  const expectedTotal = measureL2(expected.map(([, norm]) => norm));
  const totalL2 = expectedTotal === 0
    ? 0
    : Math.abs(measureL2([...outcome.gradL2.values()]) / expectedTotal - 1);
  return {
    features: measureFeatureDeviation(run, outcome.features),
    gradL2,
    worstName,
    totalL2,
    projection: measureProjectionDeviation(run, outcome),
  };
}

/** A gradient's projection on uniform numbers in [-1, 1] has the deviation ‖gradient‖ / √3. */
function measureProjectionDeviation(run: GoldenRun, { gradProjection }: GoldenOutcome): number {
  const deviations = Object.entries(run.gradProjection ?? {}).map(([name, expected]) =>
    Math.abs(gradProjection.get(name)! - expected) / (run.gradL2![name]! / Math.sqrt(3))
  );
  return Math.max(0, ...deviations);
}

/** Largest deviation of the stored features, their rows' norms and means, relative to the row's largest feature. */
function measureFeatureDeviation(run: GoldenRun, features: Float32Array): number {
  const featureCount = features.length / run.batch;
  const deviations = run.features.flatMap((expected, b) => {
    const row = features.subarray(b * featureCount, (b + 1) * featureCount);
    const scale = Math.max(...expected.map(Math.abs));
    const mean = row.reduce((sum, value) => sum + value, 0) / featureCount;
    return [
      ...expected.map((value, i) => Math.abs(row[i]! - value) / scale),
      Math.abs(measureL2(row) / run.featuresL2[b]! - 1),
      Math.abs(mean - run.featuresMean[b]!) / scale,
    ];
  });
  return Math.max(...deviations);
}
