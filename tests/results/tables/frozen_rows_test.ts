import { assertEquals } from "@std/assert";
import { METRICS } from "../../../lib/eval/metric_definitions.ts";
import type { FrozenRow } from "../../../lib/results/rows/frozen_row.ts";
import { buildMetricTable } from "../../../lib/results/tables/metric_table.ts";
import { buildOverviewTables } from "../../../lib/results/tables/overview_table.ts";
import { buildPaperTables } from "../../../lib/results/tables/paper_table.ts";
import { splitIntoScopes } from "../../../lib/results/tables/scope.ts";
import type { Table } from "../../../lib/results/tables/table.ts";
import { syntheticRun } from "../synthetic_rows.ts";

const WEIGHTS = { weights_hash: "ab".repeat(32), weights_name: "w.safetensors" };
const RUN = syntheticRun({ backbone: "deit_ti", embedding_size: 512, ...WEIGHTS }).rows;
const ROWS = splitIntoScopes(RUN).flatMap(({ rows }) => rows);

function frozenRow(changes: Partial<FrozenRow>): FrozenRow {
  const { profile, dataset, protocol, backbone, data_hash } = ROWS[0]!;
  const metrics = Object.fromEntries(METRICS.map(({ column }) => [column, null]));
  return {
    ...metrics as Record<typeof METRICS[number]["column"], null>,
    ...{ profile, dataset, protocol, backbone, data_hash },
    ...{ weights: WEIGHTS.weights_name, weights_hash: WEIGHTS.weights_hash },
    ...{ resize_size: 256, input_size: 224, embedding_size: 192, query_count: 9 },
    ...{ left_out_count: 0, backend: "wasm", backend_version: "4.22.0", device: "here" },
    ...{ precision: "float32", commit: null, recall_at_1: 66.11, map_at_r: 28.94 },
    ...changes,
  };
}

/** Labels of the rows with the first number of each, as far as they say frozen. */
function frozenIn(table: Table): unknown[] {
  return table.sections.flatMap(({ rows }) => rows).filter(({ label }) =>
    label.startsWith("Frozen features")
  ).map(({ label, cells }) => [label, cells[0]?.mean ?? null, cells[0]?.count ?? null]);
}

Deno.test("frozen features are the first rows of a table, by size of image, without deviation and n", () => {
  const frozen = [
    frozenRow({}),
    frozenRow({ input_size: 112, resize_size: 128, recall_at_1: 34.63 }),
  ];
  const expected = [
    ["Frozen features, images at 112 px (of 128)", 34.63, null],
    ["Frozen features, images at 224 px (of 256)", 66.11, null],
  ];
  const scoped = splitIntoScopes(RUN)[0]!;
  const tables = [
    buildMetricTable(scoped, frozen),
    buildOverviewTables(ROWS, frozen)[0]!,
    buildPaperTables(ROWS, frozen)[0]!,
  ];
  for (const table of tables) {
    assertEquals(frozenIn(table), expected, table.stem);
    const labels = table.sections[0]!.rows.map(({ label }) => label.split(",")[0]);
    assertEquals(labels.slice(0, 3), ["Frozen features", "Frozen features", "Untrained network"]);
  }
  const means = tables[0]!.sections[0]!.rows[1]!.cells.map((cell) => cell?.mean ?? null);
  assertEquals(means, [66.11, null, null, null, 28.94, null]); // what frozen.csv leaves empty stays so
});

Deno.test("frozen features of other weights, data, protocols, networks or precisions are in no table", () => {
  const others: Partial<FrozenRow>[] = [
    { weights_hash: "cd".repeat(32) },
    { data_hash: "cd".repeat(32) },
    { protocol: "corrected" },
    { backbone: "deit_s" },
    { dataset: "cars196" },
    { profile: "paper" },
    { precision: "bfloat16" },
  ];
  for (const change of others) {
    const table = buildMetricTable(splitIntoScopes(RUN)[0]!, [frozenRow(change)]);
    assertEquals(frozenIn(table), [], JSON.stringify(change));
  }
});
