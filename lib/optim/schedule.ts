/** Learning-rate schedules: a factor for every epoch, counted from 0, warm-up included. */

/** A schedule of learning rates over epochs. */
export type ScheduleConfig =
  /** Times `factor` after every `every` epochs. */
  | { readonly kind: "step"; readonly every: number; readonly factor: number }
  /** Times `factor` at each milestone. */
  | { readonly kind: "multistep"; readonly milestones: readonly number[]; readonly factor: number }
  /** Half a cosine from 1 to `floor` over `epochCount` epochs. */
  | { readonly kind: "cosine"; readonly epochCount: number; readonly floor: number }
  /** Times `factor` after every epoch. */
  | { readonly kind: "exponential"; readonly factor: number };
