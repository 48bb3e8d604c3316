import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import type { CsvSchema } from "../../../lib/results/rows/columns.ts";
import { formatCsv, parseCsv } from "../../../lib/results/rows/csv_text.ts";
import { RESULT_SCHEMA, type ResultRow } from "../../../lib/results/rows/row.ts";
import { syntheticRow } from "../synthetic_rows.ts";

interface Fruit {
  readonly name: string;
  readonly kind: string;
  readonly color: string | null;
  readonly weight: number;
}

const FRUIT: CsvSchema<Fruit> = {
  columns: [
    { name: "name", kind: "text", about: "" },
    { name: "kind", kind: "text", form: "name", about: "" },
    { name: "color", kind: "text", isOptional: true, about: "" },
    { name: "weight", kind: "number", range: { minimum: 0 }, about: "" },
  ],
  agreements: [{ by: "kind", columns: ["color"] }],
  key: ({ name }) => name,
  compare: () => 0,
};

const parse = (text: string) => parseCsv(text, "fruit.csv", FRUIT);

/** The error of a text, without the name of the file. */
function faultOf(text: string): string {
  return assertThrows(() => parse(text), InputError).message.replace(/^fruit\.csv:/, "");
}

Deno.test("a file of an earlier version, without an optional column, is read", () => {
  assertEquals(parse("name,kind,weight\na,k,1\n"), [
    { name: "a", kind: "k", color: null, weight: 1 },
  ]);
});

Deno.test("a header is right if it names columns of the schema, in its order, with all that are not optional", () => {
  const headers: [string, string][] = [
    [
      "name,kind,taste,weight",
      '1: Cannot parse CSV as every column of its header must be one of this version: it is "taste"',
    ],
    ["name,weight,kind", '1: Cannot parse CSV as "kind" must come before "weight" in its header'],
    [
      "name,kind,name,weight",
      '1: Cannot parse CSV as every column of its header must be there once: "name" is there again',
    ],
    [
      "name,kind,color",
      '1: Cannot parse CSV as its header must have a column "weight": it is missing',
    ],
    ["", '1: Cannot parse CSV as its header must have a column "name": it is missing'],
    [
      "__proto__,name,kind,weight",
      '1: Cannot parse CSV as every column of its header must be one of this version: it is "__proto__"',
    ],
  ];
  for (const [header, message] of headers) {
    assertEquals(faultOf(`${header}\n`), `${message}; move the file away to start a new one`);
  }
});

Deno.test("a broken row is named with the line that it begins in", () => {
  const head = "name,kind,weight\n";
  const again = "; remove the line and run its task again";
  const cases: [string, string][] = [
    ["a,k\n", `2: Cannot parse row as it must have 3 fields: it has 2${again}`],
    ["a,k,1,2\n", `2: Cannot parse row as it must have 3 fields: it has 4${again}`],
    [
      "a,k,1\n\n\nb,k,x\n",
      '5: Cannot parse row as weight must be a number of at least 0: it is "x"',
    ],
    ["a,k,\n", '2: Cannot parse row as weight must be a number of at least 0: it is ""'],
    ["a,k,-1\n", '2: Cannot parse row as weight must be a number of at least 0: it is "-1"'],
    ["a,k,0x10\n", '2: Cannot parse row as weight must be a number of at least 0: it is "0x10"'],
    ["a,k, 1\n", '2: Cannot parse row as weight must be a number of at least 0: it is " 1"'],
    ["a,k,1e999\n", '2: Cannot parse row as weight must be a number of at least 0: it is "1e999"'],
    ["a,k,NaN\n", '2: Cannot parse row as weight must be a number of at least 0: it is "NaN"'],
    [
      '"a\nb",k,1\n',
      '2: Cannot parse row as name must be a line of at most 300 printable characters that does not begin with =, +, - or @: it is "a\\nb"',
    ],
    ["a,k,1", `2: Cannot parse row as a line must end with a line feed: it does not${again}`],
    [
      "a,k,1\nb,k,2\na,k,3\n",
      '4: Cannot parse row as each may be there once: "a" is in line 2, too; remove one of the two lines',
    ],
    [
      'a,k,1\n"open,k,1\n',
      "3: Cannot parse CSV as its quotes must match: one is never closed",
    ],
  ];
  for (const [lines, message] of cases) {
    assertEquals(faultOf(head + lines), message);
  }
});

Deno.test("rows that must agree are named with both lines", () => {
  assertEquals(
    faultOf("name,kind,color,weight\na,k,red,1\nb,l,blue,1\nc,k,blue,1\n"),
    '4: Cannot parse row as rows of one kind must have one color: it is "blue", and "red" in line 2',
  );
});

Deno.test("what a spreadsheet, a terminal or a page would obey is in no cell", () => {
  for (
    const name of [
      "=1+1",
      "+1",
      "-1",
      "@a",
      "a\u001b[2J",
      "a\u202eb",
      "a\u2028b",
      "\t=1",
      "a\u0000",
    ]
  ) {
    assertThrows(
      () => formatCsv([{ name, kind: "k", color: null, weight: 1 }], FRUIT),
      InputError,
      "name must be a line",
    );
  }
  for (
    const kind of ["a/b", "..", "a\\b", "<b>", "$a$", "a b", "", ".a", "a.", "x".repeat(65), "é"]
  ) {
    assertThrows(
      () => formatCsv([{ name: "a", kind, color: null, weight: 1 }], FRUIT),
      InputError,
      "kind must be 1-64 letters",
    );
  }
});

Deno.test("results cut off anywhere are named, wherever the cut is", () => {
  const rows: ResultRow[] = [syntheticRow(), syntheticRow({ selection: "best_on_test" })];
  const text = formatCsv(rows, RESULT_SCHEMA);
  const end = text.trimEnd().lastIndexOf("\r\n") + 2; // where the last line begins
  for (let size = end + 1; size < text.length; size++) {
    const { message } = assertThrows(
      () => parseCsv(text.slice(0, size), "full.csv", RESULT_SCHEMA),
      InputError,
    );
    assertEquals(message.startsWith("full.csv:3: Cannot parse"), true, `${size}: ${message}`);
  }
  assertEquals(parseCsv(text, "full.csv", RESULT_SCHEMA), rows);
});
