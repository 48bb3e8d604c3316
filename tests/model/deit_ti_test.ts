import { assertEquals } from "@std/assert";
import { DEIT_TI } from "../../lib/model/deit_ti.ts";
import { backboneEntries, TIMM } from "./golden_model.ts";
import { testGoldenRuns } from "./golden_runs.ts";

const MODEL = TIMM.deit_ti;

Deno.test("deit_ti has timm's names and shapes, in order", () => {
  const specs = DEIT_TI.specs.map(({ name, shape }) => ({ name, shape }));
  assertEquals(specs, [...backboneEntries(MODEL, DEIT_TI)]);
});

await testGoldenRuns(
  DEIT_TI,
  MODEL,
  MODEL.runs.map((run) => ({
    run,
    backends: ["tensorflow", "wasm"],
    tolerance: 1e-5,
    gradientTolerance: 1e-3,
  })),
);
