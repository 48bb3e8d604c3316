import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { drawContactSheet, type SheetLine } from "../../../lib/results/pictures/contact_sheet.ts";

const LINES: SheetLine[] = [{
  query: { imagePath: "q.jpg", classId: "<class>" },
  neighbors: [
    { imagePath: "a.jpg", classId: "<class>", similarity: 0.987, isRight: true },
    { imagePath: "b.jpg", classId: "a_very_long_class_name", similarity: 0.5, isRight: false },
  ],
}];
const thumbnail = (path: string) => Promise.resolve(new TextEncoder().encode(path));
const OPTIONS = { title: "Neighbors", subtitle: "run", thumbnail };

Deno.test("a contact sheet holds every thumbnail, and marks right and wrong by frame and symbol", async () => {
  const svg = await drawContactSheet(LINES, OPTIONS);
  for (const path of ["q.jpg", "a.jpg", "b.jpg"]) {
    assertStringIncludes(svg, `href="data:image/jpeg;base64,${btoa(path)}"`);
  }
  assertEquals(svg.match(/stroke-dasharray="7 4"/g)?.length, 1); // the wrong one
  assertEquals(svg.match(/m-3.5 -3.5l7 7m0 -7l-7 7/g)?.length, 2); // its cross, and the legend's
  assertEquals(svg.match(/m-4 0.5l3 3l5.5 -6.5/g)?.length, 2);
  assertStringIncludes(svg, ">&lt;class&gt;</text>");
  assertStringIncludes(svg, ">a_very_long_cl…</text>");
  assertStringIncludes(svg, ">0.99</text>");
});

Deno.test("a contact sheet is the same bytes every time", async () => {
  assertEquals(await drawContactSheet(LINES, OPTIONS), await drawContactSheet(LINES, OPTIONS));
});

Deno.test("a contact sheet without queries has its title and legend", async () => {
  assertStringIncludes(await drawContactSheet([], OPTIONS), "class of the query");
});

Deno.test("an image that cannot be made a thumbnail stops the sheet", async () => {
  const broken = () => Promise.reject(new Error("q.jpg: broken"));
  await assertRejects(
    () => drawContactSheet(LINES, { ...OPTIONS, thumbnail: broken }),
    Error,
    "q.jpg",
  );
});
