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
 * @throws {RangeError} If epoch is not a whole number of at least 0, or a period not one of at least 1.
 */
export function learningRateFactor(schedule: ScheduleConfig, epoch: number): number {
  checkWhole("epoch", epoch, 0);
  switch (schedule.kind) {
    case "step":
      checkWhole("every", schedule.every, 1);
      return schedule.factor ** Math.floor(epoch / schedule.every);
    case "multistep":
      return schedule.factor **
        schedule.milestones.filter((milestone) => milestone <= epoch).length;
    case "cosine": {
      checkWhole("epochCount", schedule.epochCount, 1);
      const phase = Math.PI * epoch / schedule.epochCount;
      return schedule.floor + (1 - schedule.floor) * (1 + Math.cos(phase)) / 2;
    }
    case "exponential":
      return schedule.factor ** epoch;
  }
}

/** The schedule of the proxies' learning rate; only a cosine can be another than the network's. */
export function proxySchedule(schedule: ScheduleConfig): ScheduleConfig {
  if (schedule.kind !== "cosine" || schedule.proxyEpochCount === undefined) return schedule;
  return { ...schedule, epochCount: schedule.proxyEpochCount };
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot compute learning rate as ${name} must be a whole number of at least ${least}: it is ${value}`,
  );
}
