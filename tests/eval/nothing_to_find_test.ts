import { assertEquals } from "@std/assert";
import { countNothingToFind } from "../../lib/eval/nothing_to_find.ts";

Deno.test("an image alone in its class, and a query without its class in the gallery, have nothing to find", () => {
  assertEquals(countNothingToFind(["a", "b", "a", "c"]), { count: 2, queryCount: 4 });
  assertEquals(countNothingToFind(["a", "b", "b"], ["a", "c"]), { count: 2, queryCount: 3 });
  assertEquals(countNothingToFind(["a"], ["a"]), { count: 0, queryCount: 1 });
});
