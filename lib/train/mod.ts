/**
 * Training: steps, epochs and the events of a run, which ends in the same bits when it is resumed.
 *
 * @module
 */

export { InputError } from "../errors.ts";
export { type RandomState, RandomStream } from "../random_stream.ts";
export type { NamedTensor } from "../file/named_tensor.ts";
export type { Scalar, Tensor, Tensor4D, Variable2D } from "../tensor.ts";
export { precisionOf, type TrainConfig, withPrecision } from "./config.ts";
export { identifyRun, type RunGround, type RunIdentity } from "./run_identity.ts";
export { createLearner, disposeLearner, type Learner } from "./learner.ts";
export { type StepOptions, trainStep } from "./step.ts";
export type { ActiveShares, StepMeasures } from "./step_measures.ts";
export type { GradientOptions } from "./loss_gradients.ts";
export {
  type EpochRecord,
  runTraining,
  type TrainingEvent,
  type TrainingInputs,
} from "./run_training.ts";
export {
  type EpochScores,
  type SelectedEpoch,
  selectEpochs,
  type Selection,
  SELECTIONS,
} from "./selection.ts";
export { formatRunId, hashConfig } from "./run_id.ts";
