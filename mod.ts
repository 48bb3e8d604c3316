/**
 * Proxy-AN loss for deep metric learning: losses, sampling, training, retrieval metrics and tables.
 *
 * Every station of the data flow is an entry of its own: dataset -> image -> sampling -> model -> loss -> optim -> train ->
 * eval -> results, and `backend` beside them. An entry exports its station, and of errors, tensors and random streams what its
 * functions mention. `./loss` and `./eval` need tfjs alone; this entry is all of them.
 *
 * Dimension letters, the same in every file: B batch, C training classes, D embedding, F features, H W height and width,
 * N images, Q queries, G gallery, R relevant images of a query.
 *
 * @example One loss in a program of your own
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { proxyAnLoss } from "@proxyan/proxyan/loss";
 *
 * const embeddings = tf.tensor2d([[1, 0.1], [0.9, 0.2], [0, 1]]); // [B, D], raw
 * const proxies = tf.tensor2d([[1, 0], [0, 1]]); // [C, D], raw
 * const loss = proxyAnLoss(embeddings, proxies, [0, 0, 1], { margin: 0.1, alpha: 32 });
 * console.log(loss.dataSync()[0]); // 6.589...
 * ```
 *
 * @module
 */

// The ground
export { InputError, UsageError } from "./lib/errors.ts";
export { type RandomState, RandomStream } from "./lib/random_stream.ts";
export type { Scalar, Tensor, Tensor2D, Tensor4D, Variable, Variable2D } from "./lib/tensor.ts";
export * from "./lib/backend/mod.ts";

// The data flow
export * from "./lib/dataset/mod.ts";
export * from "./lib/image/mod.ts";
export * from "./lib/sampling/mod.ts";
export * from "./lib/model/mod.ts";
export * from "./lib/loss/mod.ts";
export * from "./lib/optim/mod.ts";
export * from "./lib/train/mod.ts";
export * from "./lib/eval/mod.ts";
export { embedRecords } from "./lib/eval/embed_records.ts";
export * from "./lib/results/mod.ts";
