import { assertEquals } from "@std/assert";
import type { Protocol } from "../../lib/dataset/protocol.ts";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { allRows } from "../../lib/eval/class_layout.ts";
import { type EmbeddingMatrix, openEmbeddings } from "../../lib/eval/embedding_matrix.ts";
import { rankInThreads } from "../../lib/eval/rank_in_threads.ts";
import { rankOnBackend } from "../../lib/eval/rank_on_backend.ts";
import { useMemory } from "../../lib/eval/ranking_memory.ts";
import { planRanking, type RankingRules } from "../../lib/eval/ranking_task.ts";
import type { RankedSlots } from "../../lib/eval/tile_ranker.ts";
import { UnitRows } from "../../lib/eval/unit_rows.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { referenceOrder } from "../support/oracles/retrieval.ts";
import { needs } from "../support/permissions.ts";
import { labelsOf, noisyCenters, rowsOf } from "./embedding_rows.ts";

const SIZE = 7;
/** Classes of 1 to 40 images in mixed order, a fifth of the images equal to another one: ties within classes and between. */
const LABELS = labelsOf([40, 1, 12, 9, 9, 30, 2, 2, 25]).map((label, i, all) =>
  i % 3 === 0 ? all[all.length - 1 - i]! : label
);
const EMBEDDINGS = noisyCenters(LABELS, { size: SIZE, seed: 91, noiseSeed: 92, noise: 1.5 });
for (let row = 0; row < LABELS.length; row += 5) {
  const from = (row * 7 + 3) % LABELS.length;
  EMBEDDINGS.data.copyWithin(row * SIZE, from * SIZE, (from + 1) * SIZE);
}
const ALL = allRows(LABELS.length);

type Self = RankingRules["self"];
interface Outcome {
  readonly row: number;
  readonly aboveBest: number;
  readonly aboveSecond: number | null;
  readonly ranks: readonly number[];
}

function rulesOf(self: Self, queryRows: Int32Array, isStrict = false): RankingRules {
  const capacityOf = (classSize: number) => self === "left out" ? classSize - 1 : classSize;
  return { queryLabels: LABELS, queryRows, imageLabels: LABELS, self, capacityOf, isStrict };
}

const open = (matrix: EmbeddingMatrix, protocol: Protocol = "corrected") =>
  new UnitRows("queries", openEmbeddings("queries", matrix), protocol);

/** By full sorts in float64; equal rows tie there too. */
function referenceOutcomes({ self, queryRows, capacityOf, isStrict }: RankingRules): Outcome[] {
  const rows = rowsOf(EMBEDDINGS);
  return [...queryRows].map((row) => {
    const order = referenceOrder(rows[row]!, rows)
      .filter(({ index }) => self !== "left out" || index !== row);
    const places = [...order.keys()].filter((i) => LABELS[order[i]!.index] === LABELS[row]);
    const above = (place: number | undefined) =>
      place === undefined
        ? -1
        : isStrict
        ? order.filter(({ similarity }) => similarity > order[place]!.similarity).length
        : place;
    const classSize = LABELS.filter((label) => label === LABELS[row]).length;
    return {
      row,
      aboveBest: above(places[0]),
      aboveSecond: self === "kept" ? above(places[1]) : null,
      ranks: places.map((place) => place + 1).filter((rank) => rank <= capacityOf(classSize)),
    };
  });
}

function listOutcomes(
  rows: Int32Array,
  ranked: readonly RankedSlots[],
  { self }: RankingRules,
): Outcome[] {
  const sizes = new Map<number, number>();
  for (const label of LABELS) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return ranked.flatMap(({ firstSlot, aboveBest, aboveSecond, starts, ranks }) =>
    [...aboveBest.keys()].filter((i) => rows[firstSlot + i]! >= 0).map((i) => {
      const row = rows[firstSlot + i]!;
      const size = sizes.get(LABELS[row]!)!;
      return {
        row,
        aboveBest: self === "left out" && size === 1 ? -1 : aboveBest[i]!,
        aboveSecond: self !== "kept" ? null : size === 1 ? -1 : aboveSecond[i]!,
        ranks: [...ranks.subarray(starts[i]!, starts[i + 1]!)],
      };
    })
  ).sort((a, b) => a.row - b.row);
}

const CASES = [
  ["images that query each other, themselves kept", rulesOf("kept", ALL)],
  ["images that query each other, themselves left out", rulesOf("left out", ALL)],
  ["a part of the images as queries", rulesOf("left out", ALL.filter((row) => row % 3 === 1))],
  ["queries in a gallery", rulesOf("none", ALL)],
  ["queries in a gallery, ties not counted", rulesOf("none", ALL, true)],
] as const;

for (const [name, rules] of CASES) {
  // 16: classes larger than a block, so that nothing is mirrored; 48: several mirrored blocks; 144: one.
  testOnEachBackend(`tiles of any size rank as full sorts do: ${name}`, async (backend) => {
    const expected = referenceOutcomes(rules);
    for (const blockSize of [16, 48, 144]) {
      const task = planRanking(rules, blockSize, 1);
      assertEquals(
        task.isSymmetric,
        blockSize > 16 && rules.self !== "none" && rules.queryRows === ALL,
      );
      const rows = open(EMBEDDINGS);
      const ranked = await useMemory(() =>
        backend === "wasm" ? rankInThreads(task, rows, rows, 1) : rankOnBackend(task, rows, rows)
      );
      assertEquals(listOutcomes(task.queries.rows, ranked, rules), expected, `block ${blockSize}`);
    }
  });
}

Deno.test({
  name: "threads of any number count the same",
  ignore: needs("read"),
  async fn() {
    await openBackend("wasm");
    for (const [name, rules] of CASES) {
      const expected = referenceOutcomes(rules);
      for (const threadCount of [2, 3]) {
        const task = planRanking(rules, 48, threadCount);
        const rows = open(EMBEDDINGS);
        const ranked = await useMemory(() => rankInThreads(task, rows, rows, threadCount));
        assertEquals(listOutcomes(task.queries.rows, ranked, rules), expected, name);
      }
    }
  },
});

testOnEachBackend("equal images in different tiles have equal similarities", async (backend) => {
  // 300 images that are the same 3 over and over: every list is decided by ties alone.
  const columnCount = 37;
  const base = noisyCenters([0, 1, 2], { size: columnCount, seed: 95, noiseSeed: 96, noise: 1 });
  const labels = Array.from({ length: 300 }, (_, i) => i % 3);
  const data = new Float32Array(labels.length * columnCount);
  labels.forEach((label, i) => {
    data.set(base.data.subarray(label * columnCount, (label + 1) * columnCount), i * columnCount);
  });
  const rules: RankingRules = {
    queryLabels: labels,
    queryRows: allRows(300),
    imageLabels: labels,
    self: "kept",
    capacityOf: () => 4,
    isStrict: false,
  };
  for (const blockSize of [112, 304]) {
    const task = planRanking(rules, blockSize, 1);
    const rows = open({ data, rowCount: 300, columnCount });
    const ranked = await useMemory(() =>
      backend === "wasm" ? rankInThreads(task, rows, rows, 1) : rankOnBackend(task, rows, rows)
    );
    for (const { aboveBest, aboveSecond, starts, ranks } of ranked) {
      task.queries.rows.forEach((row, i) => {
        if (row < 0) return;
        assertEquals([aboveBest[i], aboveSecond[i]], [0, 1]);
        assertEquals([...ranks.subarray(starts[i]!, starts[i + 1]!)], [1, 2, 3, 4]);
      });
    }
  }
});
