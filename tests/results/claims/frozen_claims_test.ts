import { assertEquals } from "@std/assert";
import { METRICS } from "../../../lib/eval/metric_definitions.ts";
import { listFrozenClaims } from "../../../lib/results/claims/frozen_claims.ts";
import { PUBLISHED_RESULTS } from "../../../lib/results/claims/published_results.ts";
import type { FrozenRow } from "../../../lib/results/rows/frozen_row.ts";

function frozenRow(changes: Partial<FrozenRow>): FrozenRow {
  const empty = Object.fromEntries(METRICS.map(({ column }) => [column, null]));
  return {
    ...empty as Record<typeof METRICS[number]["column"], null>,
    backbone: "deit_s",
    weights: "deit.pth",
    weights_hash: "0".repeat(64),
    profile: "paper",
    dataset: "cub200",
    protocol: "published",
    resize_size: 256,
    input_size: 224,
    embedding_size: 384,
    recall_at_1: 70.9,
    recall_at_2: 81.3,
    recall_at_4: 89.3,
    map_at_r: 33,
    query_count: 5924,
    left_out_count: 0,
    backend: "tensorflow",
    backend_version: "2.21.0",
    device: "cpu",
    precision: "float32",
    data_hash: "1".repeat(64),
    commit: null,
    ...changes,
  };
}

Deno.test("scores of the published network on the published dataset are compared within half a percent", () => {
  const { claims, reason } = listFrozenClaims(frozenRow({}), PUBLISHED_RESULTS);
  assertEquals(reason, "");
  assertEquals(
    claims.map(({ metric, publishedPercent, difference, isReproduced }) => [
      metric,
      publishedPercent,
      Number(difference.toFixed(6)),
      isReproduced,
    ]),
    [ // Kim et al., CVPR 2023, Table 1: 70.6, 81.3, 88.7
      ["recall_at_1", 70.6, 0.3, true],
      ["recall_at_2", 81.3, 0, true],
      ["recall_at_4", 88.7, 0.6, false],
    ],
  );
});

Deno.test("other data, protocols, networks and sizes are not compared, and the reason is given", () => {
  const reasonOf = (changes: Partial<FrozenRow>) => {
    const { claims, reason } = listFrozenClaims(frozenRow(changes), PUBLISHED_RESULTS);
    assertEquals(claims, []);
    return reason;
  };
  const ofPaper = "published scores are of the published datasets (profile paper)";
  assertEquals(reasonOf({ profile: "mini" }), ofPaper);
  assertEquals(reasonOf({ dataset: "birds" }), ofPaper);
  assertEquals(reasonOf({ protocol: "corrected" }), "published scores are by protocol published");
  assertEquals(reasonOf({ backbone: "deit_ti" }), "none is known of deit_ti on cub200");
  assertEquals(
    reasonOf({ embedding_size: 128 }),
    "those that are known are of another input size or length",
  );
});
