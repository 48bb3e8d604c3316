import { assertEquals } from "@std/assert";
import { describeRuns } from "../../../lib/results/tables/captions.ts";
import { syntheticRow } from "../synthetic_rows.ts";

Deno.test("captions say hyperparameters, first weights, epochs, held-out share and seeds", () => {
  const rows = [
    syntheticRow({ alpha: 32, seed: 2025, held_out_share: 0.15 }),
    syntheticRow({ alpha: 12, seed: 2024, held_out_share: 0 }),
  ];
  assertEquals(
    describeRuns(rows),
    "α = 12, 32; δ = 0.1; random first weights; 12 epochs; held-out training classes: none, 15%; seeds 2024, 2025",
  );
});

Deno.test("captions name the file of first weights, and say where rows do not", () => {
  const of = (change: Parameters<typeof syntheticRow>[0]) =>
    describeRuns([syntheticRow({ ...change, epoch_count: null, held_out_share: null })]);
  assertEquals(
    of({ weights_hash: "ab".repeat(32), weights_name: "resnet50.pth" }),
    "α = 32; δ = 0.1; first weights resnet50.pth (SHA-256 abababab…); seeds 2024",
  );
  assertEquals(
    of({ weights_hash: null }),
    "α = 32; δ = 0.1; first weights not recorded; seeds 2024",
  );
});
