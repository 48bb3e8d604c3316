import { assertEquals } from "@std/assert";
import { displayDataset, isMiniature } from "../../../lib/results/tables/display_names.ts";

Deno.test("a dataset has its own title, and only the drawn one is called a miniature", () => {
  assertEquals(displayDataset("cub200", "paper"), "CUB-200-2011");
  assertEquals(displayDataset("cub200", "mini"), "CUB-200-2011 miniature");
  assertEquals(displayDataset("in_shop", "mini"), "In-Shop miniature");
  assertEquals(displayDataset("cub200", "photos"), "CUB, first 50 classes, 112 px");
  assertEquals(isMiniature("cub200", "photos"), false);
});

Deno.test("class folders are titled by their name and never called a miniature", () => {
  for (const name of ["birds", "toString"]) {
    for (const profile of ["mini", "photos", "paper"]) {
      assertEquals(displayDataset(name, profile), name);
      assertEquals(isMiniature(name, profile), false);
    }
  }
});
