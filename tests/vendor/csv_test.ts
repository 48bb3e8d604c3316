import { assertEquals, assertThrows } from "@std/assert";
import { parse, stringify } from "@std/csv";

Deno.test("stringify() writes a header, CRLF line ends and quotes only where RFC 4180 needs them", () => {
  const rows = [
    { name: 'a "b"', note: "x,y", count: 0.1, isBest: true },
    { name: "line\nfeed", note: undefined, count: -0, isBest: null },
    { name: " space ", note: "a;b|c", count: NaN, isBest: false },
  ];
  assertEquals(
    stringify(rows, { columns: ["name", "note", "count", "isBest"] }),
    'name,note,count,isBest\r\n"a ""b""","x,y",0.1,true\r\n"line\nfeed",,0,\r\n space ,a;b|c,NaN,false\r\n',
  );
});

Deno.test("stringify() can leave out the header, and takes arrays", () => {
  assertEquals(stringify([{ a: 1 }], { columns: ["a"], headers: false }), "1\r\n");
  assertEquals(stringify([["a", "b"], [1, 2]]), "a,b\r\n1,2\r\n");
  assertEquals(stringify([], { columns: ["a", "b"] }), "a,b\r\n");
});

Deno.test("parse() reads rows with either line end, quotes and a byte-order mark", () => {
  assertEquals(parse('\ufeffa,b\r\n"x,""y""",\n\n"line\nfeed",2'), [
    ["a", "b"],
    ['x,"y"', ""],
    ["line\nfeed", "2"],
  ]);
  assertEquals(parse(""), []);
  assertEquals(parse("a,b\n1\n"), [["a", "b"], ["1"]]); // counts are the caller's to check
});

Deno.test("parse() makes records where the first row names the columns", () => {
  assertEquals(parse("a,b\n1,\n", { skipFirstRow: true }), [{ a: "1", b: "" }]);
  assertThrows(() => parse("a,b\n1\n", { skipFirstRow: true }), SyntaxError, "line 2");
  assertThrows(() => parse("", { skipFirstRow: true }), TypeError, "Headers");
});

Deno.test("parse() refuses a quote that is out of place or never closed", () => {
  assertThrows(() => parse('a,"b\n'), SyntaxError);
  assertThrows(() => parse('a,b"c\n'), SyntaxError);
  assertThrows(() => parse('a,"b"c\n'), SyntaxError);
});

Deno.test("parse() gives back what stringify() wrote", () => {
  const rows = [["", "a,b", '"', "ü\n", "1e-7"]];
  assertEquals(parse(stringify(rows)), rows);
});
