import { assertEquals } from "@std/assert";
import { formatTablesIndex } from "../../../lib/results/tables/tables_index.ts";

/** The notes that the index of tables has beside scopes of some profiles. */
function notesOf(...profiles: readonly string[]): string[] {
  const entries = profiles.map((profile) => ({
    scope: {
      profile,
      dataset: "cub200",
      setting: "full",
      protocol: "published",
      backbone: "deit_ti",
      weights_hash: null,
    },
    tables: [],
    pictures: [],
  }));
  const text = formatTablesIndex([], [], [], entries);
  return [...text.matchAll(/^Profile `(\w+)`: \*\*(.+?)\*\*/gm)].map(([, name, what]) =>
    `${name}: ${what}`
  );
}

Deno.test("the index says what the images of each profile are that has runs, and nothing of the others", () => {
  assertEquals(notesOf(), []);
  assertEquals(notesOf("paper"), []);
  assertEquals(notesOf("photos", "mini"), [
    "mini: miniatures",
    "photos: real photographs, made small",
  ]);
});
