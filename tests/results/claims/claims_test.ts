import { assertAlmostEquals, assertEquals } from "@std/assert";
import { listClaims } from "../../../lib/results/claims/claims.ts";
import {
  PUBLISHED_RESULTS,
  type PublishedResult,
} from "../../../lib/results/claims/published_results.ts";
import type { ResultRow } from "../../../lib/results/rows/row.ts";
import { buildClaimsTable } from "../../../lib/results/tables/claims_table.ts";
import { syntheticRow } from "../synthetic_rows.ts";

/** A made-up published number: Recall@1 of 70 and nothing else. */
const PUBLISHED: PublishedResult = {
  ...PUBLISHED_RESULTS.find(({ method, backbone, dataset }) =>
    method === "Proxy-Anchor" && backbone === "resnet50" && dataset === "cub200"
  )!,
  recall_at_1: 70,
  recall_at_2: null,
  recall_at_4: null,
  recall_at_8: null,
};

function runs(recalls: readonly number[], changes: Partial<ResultRow> = {}): ResultRow[] {
  return recalls.map((recall_at_1, seed) =>
    syntheticRow({
      profile: "paper",
      loss: "proxy_anchor",
      backbone: "resnet50",
      embedding_size: 512,
      weights_hash: "ab".repeat(32),
      selection: "best_on_test",
      input_size: 224,
      seed,
      recall_at_1,
      ...changes,
    })
  );
}

const claim = (rows: readonly ResultRow[], change: Partial<PublishedResult> = {}) =>
  listClaims(rows, [{ ...PUBLISHED, ...change }])[0]!;

Deno.test("a published number is reproduced within the margin of our seeds and its own runs", () => {
  const near = claim(runs([69.2, 69.6, 70.0, 70.4, 70.8]));
  assertEquals([near.verdict, near.runCount], ["reproduced", 5]);
  assertAlmostEquals(near.difference!, 0, 1e-9);
  // t(0.975, 4) = 2.7764451051977934 of scipy 1.17.1; deviation sqrt(0.4); one published run
  assertAlmostEquals(
    near.margin!,
    2.7764451051977934 * Math.sqrt(0.4) * Math.sqrt(1 / 5 + 1),
    1e-6,
  );
  const far = claim(runs([66.2, 66.6, 67.0, 67.4, 67.8]));
  assertEquals(far.verdict, "not reproduced");
  const often = claim(runs([68.4, 68.8, 69.2, 69.6, 70.0]), { runs: 20 });
  assertEquals([often.verdict, often.margin! < near.margin!], ["reproduced", true]);
  const higher = claim(runs([73.2, 73.6, 74.0, 74.4, 74.8]));
  assertEquals([higher.verdict, higher.difference! > 0], ["not reproduced", true]);
});

Deno.test("two seeds are too few for a verdict, and say the difference", () => {
  const few = claim(runs([60, 61]));
  assertEquals([few.verdict, few.margin, few.difference], ["too few runs", null, -9.5]);
});

Deno.test("a run with all images stands for a published rate of 1, unless that rate was run", () => {
  const rate1 = { setting: "partial", rate: 1 };
  const whole = runs([69.2, 69.6, 70.0]);
  assertEquals(claim(whole, rate1).ours, claim(whole).ours);
  assertEquals(claim(whole, { ...rate1, rate: 0.9 }).reason, "no run on the published dataset");
  const both = claim([...whole, ...runs([60, 61, 62], rate1)], rate1);
  assertEquals([both.ours, both.runCount], [61, 3]);
});

Deno.test("what cannot be compared says why", () => {
  const five = [60, 61, 62, 63, 64];
  const reasons: [readonly ResultRow[], Partial<PublishedResult>, string][] = [
    [[], {}, "no run on the published dataset"],
    [runs(five, { profile: "mini" }), {}, "no run on the published dataset"],
    [runs(five, { loss: "proxy_an" }), {}, "no run of this loss"],
    [runs(five, { backbone: "bn_inception" }), {}, "no run of this network"],
    [runs(five, { embedding_size: 64 }), {}, "no run of this D"],
    [runs(five, { weights_hash: "random" }), {}, "no run from pretrained weights"],
    [runs(five, { weights_hash: null }), {}, "no run from pretrained weights"],
    [runs(five), { alpha: 12 }, "no run of this alpha"],
    [runs(five, { input_size: 112 }), { input_size: 224 }, "no run of this input size"],
    [runs(five, { protocol: "corrected" }), {}, "no run by protocol published"],
    [runs(five, { selection: "final" }), {}, "no run by protocol published"],
    [runs(five), { recall_at_1: null }, "the published number is not available"],
    [
      [...runs(five), ...runs(five, { alpha: 12 })],
      {},
      "2 configurations of ours fit: state alpha or input size",
    ],
  ];
  for (const [rows, change, reason] of reasons) {
    const { verdict, reason: actual } = claim(rows, change);
    assertEquals([verdict, actual], ["not comparable", reason]);
  }
  assertEquals(listClaims([], [{ ...PUBLISHED, method: "HIER" }]), []); // a method that is none of ours
});

Deno.test("the table of claims counts its verdicts and states the rule", () => {
  const table = buildClaimsTable(runs([60, 61, 62]), [PUBLISHED]);
  assertEquals(
    table.caption.startsWith("0 reproduced, 1 not reproduced, 0 too few runs, 0 not comparable. "),
    true,
  );
  assertEquals(table.caption.includes("t(0.975, n − 1) · s · √(1/n + 1/m)"), true);
  assertEquals(table.rows[0]!.slice(0, 9), [
    ...["Proxy-Anchor", "ResNet-50", 512, "CUB-200-2011", "full", "R@1", 70, 61, 3],
  ]);
  const all = buildClaimsTable([]).rows;
  assertEquals(all.filter((row) => row[6] === "not available").length, 72);
});
