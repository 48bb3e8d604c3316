/**
 * Sampling: class-balanced batches of image indices, drawn from a named stream. It needs no package at all.
 *
 * @module
 */

export { InputError } from "../errors.ts";
export { type RandomState, RandomStream } from "../random_stream.ts";
export { BalancedSampler, type BalancedSamplerOptions } from "./balanced_sampler.ts";
export type { SamplerSource, SamplerState } from "./sampler_state.ts";
export { batchesPerEpoch } from "./epoch_length.ts";
