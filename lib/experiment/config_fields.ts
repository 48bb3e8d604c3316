/** The fields of a configuration that a flag or a file can replace: one list for both, for help and for checks. */

import { UsageError } from "../errors.ts";
import type { LossParameter } from "../loss/loss_definition.ts";
import {
  findLoss,
  listLossesWith,
  LOSS_PARAMETERS,
  type LossParameterName,
} from "../loss/losses.ts";
import type { NumberRange } from "../number_range.ts";
import { OPTIMIZER_NAMES } from "../optim/optimizer_config.ts";
import type { ScheduleConfig } from "../optim/schedule.ts";
import type { TrainConfig } from "../train/config.ts";
import { chooseOptimizer } from "./choose_optimizer.ts";
import { chooseSchedule } from "./choose_schedule.ts";

/** A value that replaces a field. */
export type OverrideValue = string | number | boolean | readonly number[];
/** Replacements by field name. */
export type Overrides = Readonly<Record<string, OverrideValue>>;

/** A field that can be replaced. Its range is that of a number, or of every number of a list. */
export interface ConfigField extends NumberRange {
  /** Name as a flag and in a configuration file. */
  readonly name: string;
  readonly help: string;
  readonly kind: "integer" | "number" | "boolean" | "choice" | "numbers";
  /** Whether a plan takes several values, each for runs of its own; a configuration has one. */
  readonly isAxis?: boolean;
  readonly choices?: readonly string[];
  /** The field's value in a configuration; `undefined` where the configuration has no such field. */
  read(config: TrainConfig): OverrideValue | undefined;
  /** The configuration with the field replaced. */
  replace(config: TrainConfig, value: never): TrainConfig;
}

/** The field of the proxies' rate, which only losses with proxies have. */
export const PROXY_MULTIPLIER = "proxy-multiplier";
const SCHEDULE_KINDS = ["step", "multistep", "cosine", "exponential"] as const;

/** Every field that can be replaced, in the order of `--help`. */
export const CONFIG_FIELDS: readonly ConfigField[] = [
  integer(
    "epochs",
    "Epochs to train.",
    1,
    (c) => c.epochCount,
    (c, v) => ({ ...c, epochCount: v }),
  ),
  integer(
    "warmup-epochs",
    "Epochs in which only head and proxies learn.",
    0,
    (c) => c.warmupEpochCount,
    (c, v) => ({ ...c, warmupEpochCount: v }),
  ),
  integer(
    "evaluate-every",
    "Evaluate every n epochs.",
    1,
    (c) => c.evaluateEvery,
    (c, v) => ({ ...c, evaluateEvery: v }),
  ),
  integer(
    "classes-per-batch",
    "Classes in a batch.",
    1,
    (c) => c.classesPerBatch,
    (c, v) => ({ ...c, classesPerBatch: v }),
  ),
  integer(
    "images-per-class",
    "Images of each class in a batch.",
    1,
    (c) => c.imagesPerClass,
    (c, v) => ({ ...c, imagesPerClass: v }),
  ),
  integer(
    "embedding-size",
    "Numbers in an embedding.",
    1,
    (c) => c.embeddingSize,
    (c, v) => ({ ...c, embeddingSize: v }),
  ),
  integer(
    "input-size",
    "Pixels of the crop that the network sees.",
    8,
    (c) => c.inputSize,
    (c, v) => ({ ...c, inputSize: v }),
  ),
  integer(
    "resize-size",
    "Pixels of the shorter side before the central crop.",
    8,
    (c) => c.resizeSize,
    (c, v) => ({ ...c, resizeSize: v }),
  ),
  ...LOSS_PARAMETERS.map(lossField),
  {
    name: "optimizer",
    help: `Optimizer: ${
      OPTIMIZER_NAMES.join(", ")
    }; only adamw clips and only adam has no decay, unless flags say so.`,
    kind: "choice",
    choices: OPTIMIZER_NAMES,
    read: (c) => c.optimizer.name,
    replace: (c, v) => ({ ...c, optimizer: chooseOptimizer(v, c.optimizer) }),
  },
  number(
    "learning-rate",
    "Base learning rate.",
    0,
    undefined,
    (c) => c.optimizer.learningRate,
    (c, v) => withOptimizer(c, { learningRate: v }),
  ),
  number(
    PROXY_MULTIPLIER,
    "Learning rate of the proxies over the base rate.",
    0,
    undefined,
    (c) => c.optimizer.proxyLearningRateMultiplier,
    (c, v) => {
      if (findLoss(c.loss.name).takesProxies) {
        return withOptimizer(c, { proxyLearningRateMultiplier: v });
      }
      throw new UsageError(
        `Cannot use setting ${PROXY_MULTIPLIER} as the loss must take proxies: it is ${c.loss.name}`,
      );
    },
  ),
  number(
    "weight-decay",
    "Weight decay.",
    0,
    undefined,
    (c) => c.optimizer.weightDecay,
    (c, v) => withOptimizer(c, { weightDecay: v }),
  ),
  number(
    "clip-value",
    "Bound of every entry of the network's gradients.",
    0,
    undefined,
    (c) => c.optimizer.clipValue,
    (c, v) => withOptimizer(c, { clipValue: v }),
    { isMinimumExcluded: true },
  ),
  {
    name: "schedule",
    help: `Schedule of the learning rate: ${SCHEDULE_KINDS.join(", ")}.`,
    kind: "choice",
    choices: SCHEDULE_KINDS,
    read: (c) => c.schedule.kind,
    replace: (c, v) => ({ ...c, schedule: chooseSchedule(v, c) }),
  },
  integer(
    "schedule-every",
    "Epochs between the steps of schedule step.",
    1,
    readSchedule("every"),
    (c, v) => withSchedule(c, "schedule-every", ["step"], { every: v }),
  ),
  number(
    "schedule-factor",
    "Factor of schedules step, multistep and exponential.",
    0,
    1,
    readSchedule("factor"),
    (c, v) =>
      withSchedule(c, "schedule-factor", ["step", "multistep", "exponential"], { factor: v }),
  ),
  {
    name: "schedule-milestones",
    help:
      "Epochs at which schedule multistep takes a step, separated by commas; default half and three quarters of the epochs.",
    kind: "numbers",
    minimum: 1,
    read: readSchedule("milestones"),
    replace: (c, v) => withSchedule(c, "schedule-milestones", ["multistep"], { milestones: v }),
  },
  number(
    "schedule-floor",
    "Last factor of schedule cosine; default 0.",
    0,
    1,
    readSchedule("floor"),
    (c, v) => withSchedule(c, "schedule-floor", ["cosine"], { floor: v }),
  ),
  {
    name: "freeze-batch-norm",
    help: "Whether the backbone's batch norms use running statistics: true or false.",
    kind: "boolean",
    read: (c) => c.hasFrozenBatchNorm,
    replace: (c, v) => ({ ...c, hasFrozenBatchNorm: v }),
  },
  number(
    "held-out-share",
    "Share of training classes that protocol corrected holds out.",
    0,
    0.5,
    (c) => c.heldOutShare,
    (c, v) => ({
      ...c,
      heldOutShare: c.protocol === "corrected" ? v : 0,
    }),
  ),
];

function withSchedule(
  config: TrainConfig,
  name: string,
  kinds: readonly ScheduleConfig["kind"][],
  values: Readonly<Record<string, OverrideValue>>,
): TrainConfig {
  if (!kinds.includes(config.schedule.kind)) {
    throw new UsageError(
      `Cannot use setting ${name} as the schedule must be ${
        kinds.join(" or ")
      }: it is ${config.schedule.kind}`,
    );
  }
  return { ...config, schedule: { ...config.schedule, ...values } as ScheduleConfig };
}

/** A field of the schedules that have it. */
function readSchedule(name: string): ConfigField["read"] {
  return ({ schedule }) => (schedule as Readonly<Record<string, OverrideValue | undefined>>)[name];
}

function withOptimizer(
  config: TrainConfig,
  values: Partial<TrainConfig["optimizer"]>,
): TrainConfig {
  return { ...config, optimizer: { ...config.optimizer, ...values } };
}

/** A hyperparameter of losses as a field. */
function lossField({ name, about, range }: LossParameter<LossParameterName>): ConfigField {
  const losses = listLossesWith(name);
  return {
    name,
    help: `${about}, of ${losses.join(", ")}; several give runs for each.`,
    kind: "number",
    isAxis: true,
    ...range,
    read: ({ loss }) => (loss as Readonly<Partial<Record<LossParameterName, number>>>)[name],
    replace(config: TrainConfig, value: number) {
      if (losses.includes(config.loss.name)) {
        return { ...config, loss: { ...config.loss, [name]: value } };
      }
      throw new UsageError(
        `Cannot use setting ${name} as the loss must be ${
          losses.join(" or ")
        }: it is ${config.loss.name}`,
      );
    },
  };
}

function integer(
  name: string,
  help: string,
  minimum: number,
  read: ConfigField["read"],
  replace: (config: TrainConfig, value: number) => TrainConfig,
): ConfigField {
  return { name, help, kind: "integer", minimum, read, replace };
}

function number(
  name: string,
  help: string,
  minimum: number,
  maximum: number | undefined,
  read: ConfigField["read"],
  replace: (config: TrainConfig, value: number) => TrainConfig,
  rest: Pick<NumberRange, "isMinimumExcluded"> = {},
): ConfigField {
  return { name, help, kind: "number", minimum, maximum, read, replace, ...rest };
}
