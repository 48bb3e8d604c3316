import { assertEquals } from "@std/assert";
import { DEVIATIONS } from "../../../lib/dataset/protocol.ts";
import { formatDeviations } from "../../../lib/results/tables/deviations_table.ts";

Deno.test("formatDeviations() escapes what would break the table", () => {
  const deviation = {
    id: "ties",
    station: "eval",
    published: "a | b",
    corrected: "c_d",
    file: "lib/eval/x.ts",
  } as const;
  assertEquals(
    formatDeviations([deviation]),
    "| Deviation | `published`: as the authors' code | `corrected` | File |\n" +
      "| --- | --- | --- | --- |\n" +
      "| `ties` | a \\| b | c\\_d | [`lib/eval/x.ts`](lib/eval/x.ts) |",
  );
});

Deno.test("formatDeviations() has a row for every difference between the protocols", () => {
  const rows = formatDeviations().split("\n").slice(2);
  assertEquals(rows.map((row) => row.split("`")[1]), DEVIATIONS.map(({ id }) => id));
});
