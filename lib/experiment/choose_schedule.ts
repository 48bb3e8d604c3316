/** What another schedule brings with it. */

import type { ScheduleConfig } from "../optim/schedule.ts";
import type { TrainConfig } from "../train/config.ts";

/** Of a step schedule where the experiment has none to take it from. */
const STEP = { every: 10, factor: 0.5 } as const;

/**
 * A schedule in place of a configuration's own, set up as Peng et al.'s implementation does: `multistep` has the factor of
 * the step schedule, `exponential` 0.9 per epoch, and `cosine` reaches its floor with the last epoch.
 *
 * Their cosine of the proxies takes the step schedule's period in place of the number of epochs. Protocol `published`
 * follows it; `corrected` has one course for both.
 */
export function chooseSchedule(
  kind: ScheduleConfig["kind"],
  { schedule, epochCount, protocol }: Pick<TrainConfig, "schedule" | "epochCount" | "protocol">,
): ScheduleConfig {
  if (kind === schedule.kind) return schedule;
  const { every, factor } = schedule.kind === "step" ? schedule : STEP;
  switch (kind) {
    case "step":
      return { kind, every, factor };
    case "multistep":
      return {
        kind,
        milestones: [Math.ceil(epochCount / 2), Math.ceil(epochCount * 0.75)],
        factor,
      };
    case "cosine":
      return {
        kind,
        epochCount,
        floor: 0,
        ...(protocol === "published" ? { proxyEpochCount: every } : {}),
      };
    case "exponential":
      return { kind, factor: 0.9 };
  }
}
