import { assertEquals } from "@std/assert";
import { capitalize, uncapitalize } from "../../../lib/results/tables/capitalize.ts";

Deno.test("a title begins with a capital letter, and a symbol keeps its case", () => {
  assertEquals(["rate 0.3", "γ = 10", "αβ", ""].map(capitalize), ["Rate 0.3", "γ = 10", "αβ", ""]);
  assertEquals(["Final epoch", "Γ"].map(uncapitalize), ["final epoch", "Γ"]);
});
