import { assertEquals } from "@std/assert";
import { chooseSchedule } from "../../lib/experiment/choose_schedule.ts";
import { smallConfig } from "../support/train_config.ts";

const CONFIG = smallConfig({ epochCount: 50, schedule: { kind: "step", every: 5, factor: 0.4 } });

Deno.test("the schedule that there is stays as it is set up", () => {
  assertEquals(chooseSchedule("step", CONFIG), CONFIG.schedule);
});

Deno.test("multistep has the factor of the step schedule, exponential 0.9", () => {
  assertEquals(chooseSchedule("multistep", CONFIG), {
    kind: "multistep",
    milestones: [25, 38],
    factor: 0.4,
  });
  assertEquals(chooseSchedule("exponential", CONFIG), { kind: "exponential", factor: 0.9 });
});

Deno.test("the proxies' cosine has the step's period by the published protocol alone", () => {
  assertEquals(chooseSchedule("cosine", CONFIG), {
    kind: "cosine",
    epochCount: 50,
    floor: 0,
    proxyEpochCount: 5,
  });
  assertEquals(chooseSchedule("cosine", { ...CONFIG, protocol: "corrected" }), {
    kind: "cosine",
    epochCount: 50,
    floor: 0,
  });
});
