import { assertEquals } from "@std/assert";
import type { DatasetReport } from "../../lib/doctor/check_datasets.ts";
import { type Findings, listNextCommands } from "../../lib/doctor/next_commands.ts";

function dataset(changes: Partial<DatasetReport>): DatasetReport {
  return {
    name: "cub200",
    profile: "mini",
    folder: "",
    state: "converted",
    counts: {},
    problem: null,
    ...changes,
  };
}

function commands(changes: Partial<Findings>): string[] {
  const nothing = { backends: [], datasets: [], hasResults: false, hasWeights: true };
  const findings = { ...nothing, dataRoot: "data", ...changes };
  return listNextCommands(findings).map(({ command }) => command);
}

Deno.test("a new checkout is told to fetch TensorFlow, draw the miniatures and reproduce", () => {
  assertEquals(
    commands({
      backends: [{ name: "tensorflow", isAvailable: false, reason: "none" }],
      datasets: [dataset({ state: "missing" }), dataset({ state: "missing", profile: "paper" })],
    }),
    [
      "deno task setup",
      "deno task fixtures",
      "deno task reproduce-all",
      "deno task fetch --dataset all --weights all --dry-run",
    ],
  );
});

Deno.test("files that are not converted lead to convert, and the data root is kept", () => {
  assertEquals(
    commands({
      datasets: [
        dataset({ state: "original" }),
        dataset({ name: "sop", state: "original", profile: "paper" }),
      ],
      dataRoot: "elsewhere",
    }),
    [
      "deno task convert --dataset all --data-root elsewhere",
      "deno task convert --dataset sop --profile paper --data-root elsewhere",
      "deno task reproduce-all --data-root elsewhere",
    ],
  );
});

Deno.test("a converted published dataset can be trained on", () => {
  assertEquals(
    commands({ datasets: [dataset({}), dataset({ name: "cars196", profile: "paper" })] }),
    ["deno task reproduce-all", "deno task train --dataset cars196 --profile paper"],
  );
});

Deno.test("without weights, or a published dataset, fetch says where they come from", () => {
  const fetch = "deno task fetch --dataset all --weights all --dry-run";
  const run = "deno task reproduce-all";
  const missing = [dataset({}), dataset({ state: "missing", profile: "paper" })];
  assertEquals(commands({ hasWeights: false }), [run, fetch]);
  assertEquals(commands({ datasets: missing }), [run, fetch]);
  assertEquals(commands({}), [run]);
});
