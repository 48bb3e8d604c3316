import { assertEquals, assertMatch } from "@std/assert";
import { CONFIG_FIELDS } from "../../lib/experiment/config_fields.ts";
import { describeDefault } from "../../tasks/command_line/config_defaults.ts";

const fieldOf = (name: string) => CONFIG_FIELDS.find((field) => field.name === name)!;

// Right values: METHOD's table "Optimization" for profile paper, tasks/experiments/mini.ts for mini.
Deno.test("--help shows the default of each profile, dataset by dataset where they differ", () => {
  assertMatch(
    describeDefault(fieldOf("proxy-multiplier")),
    /^default mini: 10; photos: [^;]+; paper: 500 \(cub200\), 100 \(cars196, sop, in_shop\)$/,
  );
  assertEquals(describeDefault(fieldOf("margin")), "default 0.1");
  assertEquals(describeDefault(fieldOf("held-out-share")), "default 0.15");
  assertEquals(describeDefault(fieldOf("schedule-floor")), ""); // no profile has schedule cosine
});

Deno.test("every field reads what it replaces", () => {
  for (const field of CONFIG_FIELDS) {
    const text = describeDefault(field);
    const isOfAnotherSchedule = ["schedule-floor", "schedule-milestones"].includes(field.name);
    assertEquals(text === "", isOfAnotherSchedule, field.name);
    assertEquals(text.includes("undefined") || text.includes("[object"), false, field.name);
  }
});
