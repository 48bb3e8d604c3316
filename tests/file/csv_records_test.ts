import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { parseCsvRecords } from "../../lib/file/csv_records.ts";

Deno.test("every record comes with the line that it begins in", () => {
  assertEquals(parseCsvRecords('\ufeffa,b\r\n1,"x\n""y"""\n\n3\n', "f.csv"), [
    { fields: ["a", "b"], line: 1 },
    { fields: ["1", 'x\n"y"'], line: 2 },
    { fields: ["3"], line: 5 },
  ]);
  assertEquals(parseCsvRecords("", "f.csv"), []);
});

Deno.test("a quote that is out of place or never closed is named with its line", () => {
  const fault = (text: string) =>
    assertThrows(() => parseCsvRecords(text, "f.csv"), InputError).message;
  assertEquals(
    fault('a\n"b\nc"\n1,"d\ne\nf\n'),
    "f.csv:4: Cannot parse CSV as its quotes must match: one is never closed",
  );
  assertEquals(
    fault('a\nb,x"y\n').startsWith("f.csv:2: Cannot parse CSV as its quotes must"),
    true,
  );
});
