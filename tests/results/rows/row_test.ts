import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { formatCsv, parseCsv } from "../../../lib/results/rows/csv_text.ts";
import { EPOCH_SCHEMA } from "../../../lib/results/rows/epoch_row.ts";
import {
  compareResults,
  EVAL_SCHEMA,
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
  const [epoch] = syntheticRun({}).epochs;
  const rows = [{ ...epoch!, recall_at_1: null, held_out_recall_at_1: 12.5 }];
  const text = formatCsv(rows, EPOCH_SCHEMA);
  assertEquals(parseCsv(text, "epochs.csv", EPOCH_SCHEMA), rows);
});

const ID = "mini-cub200-full-proxy_an-resnet_mini-published-s2024";

Deno.test("no row is stored whose values break a rule", () => {
  const cases: [Partial<ResultRow>, string][] = [
    [{ mean_loss: Infinity }, "mean_loss must be a number: it is Infinity"],
    [{ seed: 1.5 }, "seed must be a whole number of at least 0: it is 1.5"],
    [
      { recall_at_1: 1234 },
      "recall_at_1 must be a number of at least 0 and at most 100: it is 1234",
    ],
    [{ recall_at_1: NaN }, "recall_at_1 must be finite: it is NaN"],
    [{ recall_at_2: 59 }, "recall_at_2 must be at least recall_at_1, 60: it is 59"],
    [
      { dataset: "../x", run_id: "r" },
      'dataset must be 1-64 letters, digits, _ and ., a letter or digit at both ends: it is "../x"',
    ],
    [
      { device: "=1+1" },
      'device must be a line of at most 300 printable characters that does not begin with =, +, - or @: it is "=1+1"',
    ],
    [{ data_hash: "d0" }, 'data_hash must be 64 hexadecimal digits: it is "d0"'],
    [{ commit: "main" }, 'commit must be 40 or 64 hexadecimal digits: it is "main"'],
    [{ rate: 0.5 }, "rate must be given in setting partial, and empty in others: it is 0.5"],
    [
      { setting: "partial" },
      "rate must be given in setting partial, and empty in others: it is empty",
    ],
    [
      { setting: "imbalance" },
      "gamma must be given in setting imbalance, and empty in others: it is empty",
    ],
    [
      { loss: "proxy_nca", alpha: 12 },
      "alpha must be empty for loss proxy_nca, which has none: it is 12",
    ],
    [{ epoch: 13 }, "epoch must be at most epoch_count, 12: it is 13"],
    [{ epoch: 11 }, "epoch must be epoch_count, 12, for selection final: it is 11"],
    [{ weights_name: "w.pth" }, "weights_name must be empty where no file is hashed: it is w.pth"],
    [{ recall_at_1: null }, "recall_at_1 must be given: it is empty"],
    [{ backend: "cuda" }, 'backend must be one of tensorflow, webgpu, wasm, cpu: it is "cuda"'],
    [
      { selection: "untrained" },
      "epoch must be 0 for selection untrained alone: it is 12 for untrained",
    ],
    [
      { run_id: `${ID}-12345678`, config_hash: "a".repeat(64) },
      `run_id must be made of the row's own columns, ${ID}-aaaaaaaa: it is ${ID}-12345678`,
    ],
  ];
  for (const [change, rule] of cases) {
    const row = syntheticRow(change);
    const { message } = assertThrows(() => formatRows([row]), InputError);
    assertEquals(message, `${row.run_id}/${row.selection}: Cannot store row as ${rule}`);
  }
});

Deno.test("MAP@R may be NaN by protocol published only, where its rule makes it so", () => {
  const published = syntheticRow({ map_at_r: NaN, r_precision: NaN });
  assertEquals(parseRows(formatRows([published])), [published]);
  assertThrows(
    () => formatRows([syntheticRow({ protocol: "corrected", map_at_r: NaN })]),
    InputError,
    "map_at_r must be finite: it is NaN",
  );
});

Deno.test("weights of a run of one protocol may be evaluated by the other", () => {
  const row = { ...syntheticRow(), protocol: "corrected" };
  assertThrows(() => formatRows([row]), InputError, "run_id must be made of the row's own columns");
  const rows = [row, syntheticRow()];
  assertEquals(parseCsv(formatCsv(rows, EVAL_SCHEMA), "eval.csv", EVAL_SCHEMA), rows);
});

Deno.test("names of object members are names like others", () => {
  const rows = ["constructor", "toString", "hasOwnProperty"].map((dataset) =>
    syntheticRow({ dataset })
  );
  assertEquals(parseRows(formatRows(rows)), rows);
  assertThrows(
    () => formatRows([syntheticRow({ dataset: "__proto__" })]),
    InputError,
    "dataset must",
  );
});

Deno.test("epochs follow each other, and are of one run", () => {
  const { epochs } = syntheticRun({});
  const fault = (rows: typeof epochs) =>
    assertThrows(
      () => parseCsv(formatCsv(rows, EPOCH_SCHEMA), "epochs.csv", EPOCH_SCHEMA),
      InputError,
    ).message;
  assertEquals(
    fault(epochs.toSpliced(3, 1)),
    "epochs.csv:5: Cannot parse row as epoch must be 3, as epochs follow each other: it is 4",
  );
  assertEquals(
    fault(epochs.slice(1)),
    "epochs.csv:2: Cannot parse row as epoch must be 0, as epochs follow each other: it is 1",
  );
  assertEquals(
    fault(epochs.with(1, { ...epochs[1]!, run_id: "other" })),
    `epochs.csv:3: Cannot parse row as run_id must be ${epochs[0]!.run_id}, as before: it is other`,
  );
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
