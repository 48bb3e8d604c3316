import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { formatCsv, parseCsv } from "../../../lib/results/rows/columns.ts";
import { EPOCH_SCHEMA } from "../../../lib/results/rows/epoch_row.ts";
import {
  compareResults,
  RESULT_COLUMNS,
  RESULT_SCHEMA,
  type ResultRow,
} from "../../../lib/results/rows/row.ts";
import { syntheticGrid, syntheticRow, syntheticRun } from "../synthetic_rows.ts";

const parseRows = (text: string) => parseCsv(text, "results/full.csv", RESULT_SCHEMA);
const formatRows = (rows: ResultRow[]) => formatCsv(rows, RESULT_SCHEMA);

Deno.test("rows come back from their CSV exactly, to the last digit", () => {
  const rows = [
    syntheticRow({ recall_at_1: 100 / 3, map_at_r: 1e-7, mean_loss: null, commit: "0".repeat(40) }),
    syntheticRow({ setting: "partial", rate: 0.1, device: 'Intel "x", 2 cores', threads: null }),
  ];
  assertEquals(parseRows(formatRows(rows)), rows);
});

Deno.test("an epoch that was not evaluated comes back with empty metrics", () => {
  const [, epoch] = syntheticRun({}).epochs;
  const rows = [{ ...epoch!, recall_at_1: null, held_out_recall_at_1: 12.5 }];
  const text = formatCsv(rows, EPOCH_SCHEMA);
  assertEquals(parseCsv(text, "epochs.csv", EPOCH_SCHEMA), rows);
});

Deno.test("a value that is not finite is refused", () => {
  assertThrows(
    () => formatRows([syntheticRow({ run_id: "r", recall_at_1: NaN })]),
    InputError,
    'r: Cannot store row "final" as recall_at_1 must be finite: it is NaN',
  );
  assertThrows(
    () => formatRows([syntheticRow({ mean_loss: Infinity })]),
    InputError,
    "mean_loss must be finite: it is Infinity",
  );
});

Deno.test("MAP@R may be NaN by protocol published only, where its rule makes it so", () => {
  const published = syntheticRow({ map_at_r: NaN, r_precision: NaN });
  assertEquals(parseRows(formatRows([published])), [published]);
  assertThrows(
    () => formatRows([{ ...published, protocol: "corrected" }]),
    InputError,
    "map_at_r must be finite",
  );
});

Deno.test("a value that does not fit its column is refused", () => {
  assertThrows(
    () => formatRows([syntheticRow({ run_id: "r", seed: 1.5 })]),
    InputError,
    "r/final: Cannot store row as seed must be a whole number: it is 1.5",
  );
});

Deno.test("a broken CSV is named with its line", () => {
  const text = formatRows([syntheticRow(), syntheticRow({ selection: "untrained" })]);
  const [header, first] = text.split("\r\n");
  const cases: [string, string][] = [
    [
      text.replace(",60,", ",sixty,"),
      "full.csv:2: Cannot parse row as recall_at_1 must be a number",
    ],
    [text.replace(",final,", ",,"), "full.csv:2: Cannot parse row as selection must be a text"],
    [
      `${header}\n${first}\n${first},extra\n`,
      `full.csv:3: Cannot parse row as it must have ${RESULT_COLUMNS.length} fields: ` +
      `it has ${RESULT_COLUMNS.length + 1}`,
    ],
    ["", "full.csv:1: Cannot parse CSV as its header must be"],
    [text.replace("run_id", "run"), "full.csv:1: Cannot parse CSV as its header must be"],
    [`${header}\n"open`, "full.csv: Cannot parse CSV as its quotes must match"],
  ];
  for (const [broken, message] of cases) assertThrows(() => parseRows(broken), InputError, message);
});

Deno.test("the order of rows does not depend on the order in which they came", () => {
  const { rows } = syntheticGrid();
  const sorted = rows.toSorted(compareResults);
  assertEquals(rows.toReversed().toSorted(compareResults), sorted);
  const keys = sorted.map(RESULT_SCHEMA.key);
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("rows are in the order of tables: profile, dataset, setting, protocol, loss, seed, selection", () => {
  const ordered = [
    syntheticRow({ selection: "untrained" }),
    syntheticRow({ selection: "best_on_test" }),
    syntheticRow({ seed: 10000 }),
    syntheticRow({ loss: "proxy_nca" }),
    syntheticRow({ protocol: "corrected" }),
    syntheticRow({ setting: "partial", rate: 0.5 }),
    syntheticRow({ setting: "partial", rate: 1 }),
    syntheticRow({ setting: "imbalance", gamma: 20 }),
    syntheticRow({ setting: "imbalance", gamma: 100 }),
    syntheticRow({ dataset: "sop" }),
    syntheticRow({ dataset: "another" }),
    syntheticRow({ profile: "paper" }),
  ];
  assertEquals(ordered.toReversed().toSorted(compareResults), ordered);
});
