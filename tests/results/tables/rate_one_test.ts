import { assertEquals } from "@std/assert";
import { asRateOne } from "../../../lib/results/tables/sweep_table.ts";
import { syntheticRow } from "../synthetic_rows.ts";

Deno.test("the full run is the point of rate 1 of its own series, and of no other", () => {
  const partial = syntheticRow({ setting: "partial", rate: 0.3 });
  const full = syntheticRow();
  const other = syntheticRow({ group_hash: "f".repeat(64) });
  assertEquals(asRateOne([full, other], [partial]), [{ ...full, setting: "partial", rate: 1 }]);
  assertEquals(asRateOne([full], [syntheticRow({ setting: "imbalance", gamma: 10 })]), []);
});
