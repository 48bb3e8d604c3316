/** Learning-rate schedules: a factor for every epoch, counted from 0, warm-up included. */

/** A schedule of learning rates over epochs. */
export type ScheduleConfig =
  /** Times `factor` after every `every` epochs. */
  | { readonly kind: "step"; readonly every: number; readonly factor: number }
  /** Times `factor` at each milestone. */
  | { readonly kind: "multistep"; readonly milestones: readonly number[]; readonly factor: number }
  /** Half a cosine from 1 to `floor` over `epochCount` epochs, and back; the proxies' over their own count, if there is one. */
  | {
    readonly kind: "cosine";
    readonly epochCount: number;
    readonly floor: number;
    readonly proxyEpochCount?: number;
  }
  /** Times `factor` after every epoch. */
  | { readonly kind: "exponential"; readonly factor: number };

/**
 * Learning rate of an epoch over the base rate. With e the epoch:
 *
 *     step         factor^⌊e / every⌋
 *     multistep    factor^|{m : m ≤ e}|
 *     cosine       floor + (1 - floor) (1 + cos(π e / epochCount)) / 2
 *     exponential  factor^e
 *
 * Source: the closed forms of PyTorch's StepLR, MultiStepLR, CosineAnnealingLR and ExponentialLR. Difference: the
 * cosine's floor is a factor and not a rate.
 *
 * @param epoch Epochs completed: 0 for the first.
 * @returns The factor, 1 for epoch 0, unless 0 is a milestone.
 * @throws {RangeError} If epoch is not a whole number of at least 0, a period not one of at least 1, a factor, floor or milestone not a
 * finite number of at least 0, or the kind unknown.
 */
export function learningRateFactor(schedule: ScheduleConfig, epoch: number): number {
  checkWhole("epoch", epoch, 0);
  switch (schedule.kind) {
    case "step":
      checkWhole("every", schedule.every, 1);
      checkFinite("factor", schedule.factor);
      return schedule.factor ** Math.floor(epoch / schedule.every);
    case "multistep":
      checkFinite("factor", schedule.factor);
      schedule.milestones.forEach((milestone) => checkFinite("every milestone", milestone));
      return schedule.factor **
        schedule.milestones.filter((milestone) => milestone <= epoch).length;
    case "cosine": {
      checkWhole("epochCount", schedule.epochCount, 1);
      checkFinite("floor", schedule.floor);
      const phase = Math.PI * epoch / schedule.epochCount;
      return schedule.floor + (1 - schedule.floor) * (1 + Math.cos(phase)) / 2;
    }
    case "exponential":
      checkFinite("factor", schedule.factor);
      return schedule.factor ** epoch;
    default:
      throw new RangeError(
        "Cannot compute learning rate as kind must be one of step, multistep, cosine, exponential: " +
          `it is ${(schedule as { readonly kind?: unknown }).kind}`,
      );
  }
}

/** The schedule of the proxies' learning rate; only a cosine can be another than the network's. */
export function proxySchedule(schedule: ScheduleConfig): ScheduleConfig {
  if (schedule.kind !== "cosine" || schedule.proxyEpochCount === undefined) return schedule;
  return { ...schedule, epochCount: schedule.proxyEpochCount };
}

/** A rate that is NaN or below 0 makes no error where it is used: it makes other weights. */
function checkFinite(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RangeError(
    `Cannot compute learning rate as ${name} must be a finite number of at least 0: it is ${value}`,
  );
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot compute learning rate as ${name} must be a whole number of at least ${least}: it is ${value}`,
  );
}
