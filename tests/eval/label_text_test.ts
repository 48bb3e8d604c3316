import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { parseLabelColumn, parseLabelLines } from "../../lib/eval/label_text.ts";

const messageOf = (run: () => unknown) => assertThrows(run, InputError).message;

Deno.test("a label is a line, whatever ends lines and whether the last one ends", () => {
  const expected = ["auk", "great auk", "3"];
  for (const text of ["auk\ngreat auk\n3\n", "auk\r\ngreat auk\r\n3", "auk\rgreat auk\r3\r"]) {
    assertEquals(parseLabelLines(text, "l.txt"), expected);
  }
  assertEquals(parseLabelLines(" auk\nauk ", "l.txt"), ["auk", "auk"]);
  assertEquals(parseLabelLines('"Hawk, ""red"""\nauk\n', "l.csv"), ['Hawk, "red"', "auk"]);
  assertEquals(parseLabelLines("a;b\nc\n", "l.txt"), ["a;b", "c"]);
});

Deno.test("an empty line is refused with its number, at the end too", () => {
  const rule = "Cannot read labels as every line must have one: it is empty";
  assertEquals(messageOf(() => parseLabelLines("a\n\nb\n", "l.txt")), `l.txt:2: ${rule}`);
  assertEquals(messageOf(() => parseLabelLines("a\nb\n\n", "l.txt")), `l.txt:3: ${rule}`);
  assertEquals(messageOf(() => parseLabelLines("a\n \t\nb", "l.txt")), `l.txt:2: ${rule}`);
  assertEquals(messageOf(() => parseLabelLines('a\n""\n', "l.csv")), `l.csv:2: ${rule}`);
  assertEquals(
    messageOf(() => parseLabelLines("", "l.txt")),
    "l.txt: Cannot read labels as it must hold some: it is empty",
  );
});

Deno.test("a table is refused with the line and the flag that chooses a column", () => {
  const rule = (line: string) =>
    `Cannot read labels as a line must be one label: it is ${line}; if it is a table, choose its column with --label-column`;
  assertEquals(messageOf(() => parseLabelLines("a\nb,1\n", "l.txt")), `l.txt:2: ${rule('"b,1"')}`);
  assertEquals(messageOf(() => parseLabelLines("a\t1\n", "l.tsv")), `l.tsv:1: ${rule('"a\\t1"')}`);
  assertEquals(
    messageOf(() => parseLabelLines("a;1\nb;2\n", "l.csv")),
    `l.csv:1: ${rule('"a;1"')}`,
  );
});

Deno.test("a column is chosen by its name, or by its number where no line has names", () => {
  const rows = ["img/1.jpg,auk,3", '"img/2,b.jpg",tern,1'];
  for (const mark of ["\n", "\r\n"]) {
    const table = ["path,class,n", ...rows].join(mark) + mark;
    assertEquals(parseLabelColumn(table, "l.csv", "class"), ["auk", "tern"]);
    assertEquals(parseLabelColumn(rows.join(mark), "l.csv", "2"), ["auk", "tern"]);
  }
  assertEquals(parseLabelColumn("a\tb\n1\t2\n", "l.tsv", "b"), ["2"]);
  assertEquals(parseLabelColumn("a;b\n1,5;2\n".replace(",", "."), "l.csv", "a"), ["1.5"]);
  assertEquals(parseLabelColumn("class\nauk\n", "l.csv", "class"), ["auk"]);
  assertEquals(parseLabelColumn("1,2\nx,y\n", "l.csv", "2"), ["y"]); // a name before a number
});

Deno.test("columns are separated by what gives every line as many, and by one mark alone", () => {
  const read = (table: string, column: string) => parseLabelColumn(table, "l.csv", column);
  assertEquals(read("Gewicht;Art, lateinisch;Klasse\n0,5;x;auk\n1;y;tern\n", "Klasse"), [
    "auk",
    "tern",
  ]);
  assertEquals(read("0,5;auk;x\n1;tern;y\n", "2"), ["auk", "tern"]);
  assertEquals(read("w;n, m;class\n0,5;x;auk\n1,5;y;tern\n", "class"), ["auk", "tern"]); // both do; one has the name
  assertEquals(read('"a\tb",auk\n"c\td",tern\n', "2"), ["auk", "tern"]);
  assertEquals(read("auk\ta, b\ntern\tc, d\n", "1"), ["auk", "tern"]);
  assertEquals(
    messageOf(() => read("0,5;auk\n1,5;tern\n", "2")),
    "l.csv:1: Cannot read labels as its columns must be separated by commas or by semicolons: " +
      'it is "0,5;auk", which may be either; separate them by tabs, or quote what holds the other',
  );
  assertEquals(read('"0,5";auk\n"1,5";tern\n', "2"), ["auk", "tern"]); // the second remedy
});

Deno.test("lines of a table may end in any way, also in several", () => {
  for (
    const text of [
      "p,class\r\n1,auk\n2,tern\n",
      "p,class\r1,auk\r2,tern",
      "p,class\n1,auk\r\n2,tern",
    ]
  ) {
    assertEquals(parseLabelColumn(text, "l.csv", "class"), ["auk", "tern"]);
  }
});

Deno.test("a column that is not there, twice there or not filled is refused", () => {
  const rule =
    "l.csv:1: Cannot read labels as --label-column must name one of its columns, or its number: ";
  assertEquals(
    messageOf(() => parseLabelColumn("a,b\n1,2\n", "l.csv", "c")),
    `${rule}it is "c" of "a", "b"`,
  );
  assertEquals(
    messageOf(() => parseLabelColumn("a,b\n1,2\n", "l.csv", "3")),
    `${rule}it is "3" of "a", "b"`,
  );
  assertEquals(
    messageOf(() => parseLabelColumn("a,a\n1,2\n", "l.csv", "a")),
    `${rule}it is "a" of "a", "a"`,
  );
  assertEquals(
    messageOf(() => parseLabelColumn("a,b\n1,2\n3\n", "l.csv", "b")),
    "l.csv:3: Cannot read labels as every line must have the 2 columns of the first: it has 1",
  );
  assertEquals(
    messageOf(() => parseLabelColumn("a,b\n1,2\n3,\n", "l.csv", "b")),
    "l.csv:3: Cannot read labels as every line must have one: it is empty",
  );
  assertEquals(
    messageOf(() => parseLabelColumn("a,b\n1,2\n\n3,4\n", "l.csv", "b")),
    "l.csv:3: Cannot read labels as every line must have the 2 columns of the first: it has 1",
  );
  assertEquals(
    messageOf(() => parseLabelColumn('a,b\n"1,2\n', "l.csv", "b")).split(': "')[0],
    "l.csv: Cannot read labels as quotes of the table must match",
  );
});
