import { assertEquals } from "@std/assert";
import { parseShard, takeShard } from "../lib/shard.ts";

Deno.test("the parts of a plan are all of it, nothing twice, and of even size", () => {
  for (const length of [0, 1, 7, 72]) {
    const items = Array.from({ length }, (_, i) => i);
    for (const count of [1, 2, 5, 100]) {
      const parts = Array.from(
        { length: count },
        (_, i) => takeShard(items, { index: i + 1, count }),
      );
      assertEquals(parts.flat().toSorted((a, b) => a - b), items);
      const sizes = parts.map((part) => part.length);
      assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true);
    }
  }
});

Deno.test("neighbors of a plan go to different parts", () => {
  assertEquals(takeShard(["a", "b", "c", "d", "e"], { index: 2, count: 2 }), ["b", "d"]);
  assertEquals(takeShard(["a", "b"], undefined), ["a", "b"]);
});

Deno.test("I/N is a part, anything else is none", () => {
  assertEquals(parseShard("2/12"), { index: 2, count: 12 });
  for (const text of ["0/2", "3/2", "1", "1/0", "-1/2", "1/2/3", "a/b", " 1/2", "01/2"]) {
    assertEquals(parseShard(text), null, text);
  }
});
