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
import { findLoss } from "../loss/losses.ts";
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
  /** C, the number of training classes. */
  readonly classCount: number;
  /** [C, D]; `null` where the loss takes none: then none are trained or stored. */
  readonly proxies: Variable2D | null;
  /** Backbone and head. */
  readonly networkOptimizer: Optimizer;
  /** Optimizer of the proxies, at their own rate; idle where there are none. */
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
    classCount,
    proxies: findLoss(config.loss.name).takesProxies
      ? createProxies(classCount, embeddingSize, RandomStream.named(seed, "proxies"))
      : null,
    networkOptimizer: createOptimizer(optimizer),
    proxyOptimizer: createOptimizer({ ...optimizer, clipValue: undefined }, {
      learningRateMultiplier: optimizer.proxyLearningRateMultiplier,
    }),
    functions: new CompiledFunctions(),
  };
}

/** The learner's compiled function of a name: made at the first call, of everything that the learner's tensors are. */
export function compileFor(learner: Learner, name: string, fn: TensorFunction): CompiledFunction {
  const { embedder, functions } = learner;
  const variables = [...embedder.tensors.variables(), ...proxyVariables(learner)];
  return functions.get(name, () => compileFunction(fn, { name, variables }));
}

/** The proxies, as a list that is empty where there are none. */
export function proxyVariables({ proxies }: Pick<Learner, "proxies">): Variable2D[] {
  return proxies ? [proxies] : [];
}

/** Frees every tensor of a learner. */
export function disposeLearner(learner: Learner): void {
  learner.embedder.dispose();
  learner.proxies?.dispose();
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
    Promise.all(proxyVariables(learner).map(exportProxies)),
    learner.networkOptimizer.export(),
    learner.proxyOptimizer.export(),
  ]);
  return {
    tensors: [
      ...prefixNames(network, "network/"),
      ...proxies,
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
  loadProxies(learner, tensors.find(({ name }) => name === "proxies"));
  learner.networkOptimizer.load({
    tensors: stripNames(tensors, "network_optimizer/"),
    steps: networkSteps,
  });
  learner.proxyOptimizer.load({
    tensors: stripNames(tensors, "proxy_optimizer/"),
    steps: proxySteps,
  });
}

function loadProxies({ proxies }: Learner, stored: NamedTensor | undefined): void {
  if (!proxies && !stored) return;
  const shape = proxies && `[${proxies.shape}]`;
  const given = stored && `[${stored.shape}]`;
  if (!proxies || !stored || shape !== given) {
    throw new InputError(
      `Cannot restore proxies as they must ${
        shape ? `have shape ${shape}` : "be none, which the loss takes"
      }: it is ${given ?? "missing"}`,
    );
  }
  tf.tidy(() => proxies.assign(tf.tensor2d(stored.data, proxies.shape)));
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
