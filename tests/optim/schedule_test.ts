import { assertEquals, assertThrows } from "@std/assert";
import {
  learningRateFactor,
  proxySchedule,
  type ScheduleConfig,
} from "../../lib/optim/schedule.ts";
import golden from "../golden/optimizer.json" with { type: "json" };
import torch from "../golden/optimizer_torch.json" with { type: "json" };
import { assertAllClose } from "../support/close.ts";

Deno.test("learningRateFactor() gives PyTorch's rates for every kind of schedule", () => {
  assertEquals(torch.schedules.map(({ schedule }) => schedule.kind), [
    "step",
    "multistep",
    "cosine",
    "exponential",
  ]);
  for (const { schedule, factors } of torch.schedules) {
    const actual = factors.map((_, epoch) => learningRateFactor(schedule as ScheduleConfig, epoch));
    assertAllClose(actual, factors, 1e-12, schedule.kind);
  }
});

Deno.test("learningRateFactor() gives the published rates of step decay", () => {
  for (const { baseLr, gamma, stepSize, trace } of golden.adamw) {
    const schedule = { kind: "step", every: stepSize, factor: gamma } as const;
    const actual = trace.map(({ epoch }) => baseLr * learningRateFactor(schedule, epoch));
    assertAllClose(actual, trace.map(({ lr }) => lr), 1e-12);
  }
});

Deno.test("a cosine reaches its floor and no other rate", () => {
  const schedule = { kind: "cosine", epochCount: 40, floor: 0.01 } as const;
  assertEquals(learningRateFactor(schedule, 0), 1);
  assertAllClose([learningRateFactor(schedule, 20)], [0.505], 1e-12);
  assertAllClose([learningRateFactor(schedule, 40)], [0.01], 1e-12);
});

Deno.test("learningRateFactor() says which number is not whole", () => {
  const step = { kind: "step", every: 5, factor: 0.5 } as const;
  const message = (schedule: ScheduleConfig, epoch: number) =>
    assertThrows(() => learningRateFactor(schedule, epoch), RangeError).message;
  assertEquals(
    message(step, -1),
    "Cannot compute learning rate as epoch must be a whole number of at least 0: it is -1",
  );
  assertEquals(
    message({ ...step, every: 0 }, 1),
    "Cannot compute learning rate as every must be a whole number of at least 1: it is 0",
  );
  assertEquals(
    message({ kind: "cosine", epochCount: 2.5, floor: 0 }, 1),
    "Cannot compute learning rate as epochCount must be a whole number of at least 1: it is 2.5",
  );
});

Deno.test("learningRateFactor() gives no rate that is not finite, and none of an unknown schedule", () => {
  const message = (schedule: object) =>
    assertThrows(() => learningRateFactor(schedule as ScheduleConfig, 0), RangeError).message;
  const rule = (name: string) =>
    `Cannot compute learning rate as ${name} must be a finite number of at least 0: it is`;
  assertEquals(message({ kind: "step", every: 5, factor: NaN }), `${rule("factor")} NaN`);
  assertEquals(message({ kind: "step", every: 5 }), `${rule("factor")} undefined`);
  assertEquals(message({ kind: "exponential", factor: -1 }), `${rule("factor")} -1`);
  assertEquals(
    message({ kind: "multistep", milestones: [NaN, 3], factor: 0.1 }),
    `${rule("every milestone")} NaN`,
  );
  assertEquals(
    message({ kind: "cosine", epochCount: 5, floor: Infinity }),
    `${rule("floor")} Infinity`,
  );
  assertEquals(
    message({ kind: "linear" }),
    "Cannot compute learning rate as kind must be one of step, multistep, cosine, exponential: it is linear",
  );
});

Deno.test("proxySchedule() differs for a cosine with a count of its own alone", () => {
  const cosine = { kind: "cosine", epochCount: 50, floor: 0.1 } as const;
  assertEquals(proxySchedule(cosine), cosine);
  const proxies = proxySchedule({ ...cosine, proxyEpochCount: 5 });
  // Down in 5 epochs and up in 5, as CosineAnnealingLR(T_max=5) does.
  const expected = [1, 0.914058, 0.689058, 0.410942, 0.185942, 0.1];
  const factors = Array.from({ length: 11 }, (_, epoch) => learningRateFactor(proxies, epoch));
  assertAllClose(factors, [...expected, ...expected.toReversed().slice(1)], 1e-6);
  const step = { kind: "step", every: 5, factor: 0.5 } as const;
  assertEquals(proxySchedule(step), step);
});
