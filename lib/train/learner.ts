/** The parts of a run that learn: made from a configuration, stored in and restored from a checkpoint. */

import * as tf from "@tensorflow/tfjs";
import {
  type CompiledFunction,
  CompiledFunctions,
  compileFunction,
  type TensorFunction,
} from "../backend/compile.ts";
import { InputError } from "../errors.ts";
import { createEmbedder, type Embedder } from "../model/embedder.ts";
import { createProxies } from "../model/proxies.ts";
import { findBackbone } from "../model/registry.ts";
import type { NamedTensor } from "../file/named_tensor.ts";
import { createOptimizer, type Optimizer } from "../optim/optimizer.ts";
import { RandomStream } from "../random_stream.ts";
import type { TrainConfig } from "./config.ts";
import type { Variable2D } from "../tensor.ts";

/** Everything that training changes. */
export interface Learner {
  /** Backbone and head. */
  readonly embedder: Embedder;
  /** [C, D] */
  readonly proxies: Variable2D;
  /** Backbone and head. */
  readonly networkOptimizer: Optimizer;
  /** Optimizer of the proxies, at their own rate. */
  readonly proxyOptimizer: Optimizer;
  /** What the backend has compiled for this learner. */
  readonly functions: CompiledFunctions;
}

/**
 * Creates the network, the proxies and both optimizers of a run, from its seed alone.
 *
 * @param classCount C, the number of training classes.
 * @param pretrained Backbone weights with PyTorch's names, or `null` for random initialization.
 * @returns The learner; `disposeLearner` frees it.
 */
export function createLearner(
  config: TrainConfig,
  classCount: number,
  pretrained: readonly NamedTensor[] | null,
): Learner {
  const { embeddingSize, optimizer, seed } = config;
  const embedder = createEmbedder({
    backbone: findBackbone(config.backbone),
    embeddingSize,
    seed,
  });
  if (pretrained) embedder.loadBackbone(pretrained);
  return {
    embedder,
    proxies: createProxies(classCount, embeddingSize, RandomStream.named(seed, "proxies")),
    networkOptimizer: createOptimizer(optimizer),
    proxyOptimizer: createOptimizer({ ...optimizer, clipValue: undefined }, {
      learningRateMultiplier: optimizer.proxyLearningRateMultiplier,
    }),
    functions: new CompiledFunctions(),
  };
}

/** The learner's compiled function of a name: made at the first call, of everything that the learner's tensors are. */
export function compileFor(learner: Learner, name: string, fn: TensorFunction): CompiledFunction {
  const { embedder, proxies, functions } = learner;
  const variables = [...embedder.tensors.variables(), proxies];
  return functions.get(name, () => compileFunction(fn, { name, variables }));
}

/** Frees every tensor of a learner. */
export function disposeLearner(learner: Learner): void {
  learner.embedder.dispose();
  learner.proxies.dispose();
  learner.networkOptimizer.dispose();
  learner.proxyOptimizer.dispose();
  learner.functions.dispose();
}

/** What a checkpoint stores of a learner. */
export interface LearnerSnapshot {
  readonly tensors: readonly NamedTensor[];
  readonly networkSteps: Readonly<Record<string, number>>;
  readonly proxySteps: Readonly<Record<string, number>>;
}

/** Copies everything that training changes. */
export async function exportLearner(learner: Learner): Promise<LearnerSnapshot> {
  const [network, proxies, networkState, proxyState] = await Promise.all([
    learner.embedder.tensors.export(),
    exportProxies(learner.proxies),
    learner.networkOptimizer.export(),
    learner.proxyOptimizer.export(),
  ]);
  return {
    tensors: [
      ...prefixNames(network, "network/"),
      proxies,
      ...prefixNames(networkState.tensors, "network_optimizer/"),
      ...prefixNames(proxyState.tensors, "proxy_optimizer/"),
    ],
    networkSteps: networkState.steps,
    proxySteps: proxyState.steps,
  };
}

/**
 * Puts a stored snapshot back, so that the next step continues to the same bits.
 *
 * @throws {InputError} If tensors are missing, left over or of another shape.
 */
export function loadLearner(learner: Learner, snapshot: LearnerSnapshot): void {
  const { tensors, networkSteps, proxySteps } = snapshot;
  learner.embedder.tensors.load(stripNames(tensors, "network/"));
  const proxies = tensors.find(({ name }) => name === "proxies");
  const shape = learner.proxies.shape;
  if (!proxies || proxies.shape.join() !== shape.join()) {
    throw new InputError(
      `Cannot restore proxies as they must have shape [${shape}]: it is ` +
        (proxies ? `[${proxies.shape}]` : "missing"),
    );
  }
  tf.tidy(() => learner.proxies.assign(tf.tensor2d(proxies.data, shape)));
  learner.networkOptimizer.load({
    tensors: stripNames(tensors, "network_optimizer/"),
    steps: networkSteps,
  });
  learner.proxyOptimizer.load({
    tensors: stripNames(tensors, "proxy_optimizer/"),
    steps: proxySteps,
  });
}

async function exportProxies(proxies: Variable2D): Promise<NamedTensor> {
  return {
    name: "proxies",
    shape: proxies.shape,
    data: await proxies.data<"float32">() as Float32Array<ArrayBuffer>,
  };
}

function prefixNames(tensors: readonly NamedTensor[], prefix: string): NamedTensor[] {
  return tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }));
}

function stripNames(tensors: readonly NamedTensor[], prefix: string): NamedTensor[] {
  return tensors.filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}
