/**
 * Optimizers and the course of their learning rates.
 *
 * @module
 */

export type { Tensor, Variable } from "../tensor.ts";
export { OPTIMIZER_NAMES, type OptimizerConfig, type OptimizerName } from "./optimizer_config.ts";
export { createOptimizer, type CreateOptimizerOptions, type Optimizer } from "./optimizer.ts";
export type { OptimizerState, StateTensor } from "./optimizer_memory.ts";
export { learningRateFactor, proxySchedule, type ScheduleConfig } from "./schedule.ts";
