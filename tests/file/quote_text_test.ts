import { assertEquals } from "@std/assert";
import { escapeControls, listNames, quoteText, showName } from "../../lib/file/quote_text.ts";

Deno.test("what a file holds cannot move a cursor, turn text around or break a line", () => {
  assertEquals(quoteText('a"b\nc\u001b[2J'), '"a\\"b\\nc\\u001b[2J"');
  assertEquals(quoteText("\u009b31m\u202egpj"), '"\\u009b31m\\u202egpj"');
  assertEquals(quoteText("x".repeat(81)), `"${"x".repeat(80)}"...`);
  assertEquals(
    escapeControls("a\r\nb\u007f \u00e9 \u{1f426}"),
    "a\\u000d\\u000ab\\u007f \u00e9 \u{1f426}",
  );
});

Deno.test("names are shown as they are where they are short and printable, and lists of them are short", () => {
  assertEquals([showName("layer1.0.bias"), showName("a\nb")], ["layer1.0.bias", '"a\\nb"']);
  assertEquals(showName("x".repeat(90)), `"${"x".repeat(80)}"...`);
  assertEquals(listNames(["a", "b", "c"], 2), "a, b and 1 more");
});
