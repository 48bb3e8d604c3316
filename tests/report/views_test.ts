import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openBackend } from "../../lib/backend/open_backend.ts";
import type { ImageRecord } from "../../lib/dataset/record.ts";
import { formatSortableTable, numberCell, textCell } from "../../lib/report/sortable_table.ts";
import { mapEmbeddings } from "../../lib/report/map_embeddings.ts";
import {
  countSimilarities,
  findShownNeighbors,
  listHardest,
  listWorst,
} from "../../lib/report/view_embeddings.ts";
import { viewSampler } from "../../lib/report/view_sampler.ts";
import { smallConfig } from "../support/train_config.ts";

const unitVector = (
  degrees: number,
) => [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];

/** Images at angles in the plane. */
function imagesAt(places: readonly (readonly [classId: string, degrees: number])[]) {
  const queries = places.map(([classId], i) => ({ classId, imagePath: `${i}` } as ImageRecord));
  const data = Float32Array.from(places.flatMap(([, degrees]) => unitVector(degrees)));
  const rows = { data, rowCount: places.length, columnCount: 2 };
  return { queries, gallery: queries, queryRows: rows, galleryRows: rows, isSelf: true };
}

Deno.test("hardest classes, what they are taken for, and the worst queries are those of the angles", async () => {
  await openBackend("cpu");
  const sets = imagesAt([["a", 0], ["a", 10], ["b", 22], ["b", 100], ["c", 103], ["c", 109]]);
  const found = await findShownNeighbors(sets);
  // Nearest: a0 -> a, a1 -> a, b22 -> a, b100 -> c, c103 -> b, c109 -> c.
  assertEquals(listHardest(sets, found), [
    {
      classId: "b",
      queryCount: 2,
      recallAt1: 0,
      takenFor: [{ classId: "a", count: 1 }, { classId: "c", count: 1 }],
    },
    { classId: "c", queryCount: 2, recallAt1: 50, takenFor: [{ classId: "b", count: 1 }] },
    { classId: "a", queryCount: 2, recallAt1: 100, takenFor: [] },
  ]);
  // All find the same number of wrong images in a list of all; the most similar wrong one is 3 degrees away, then 9.
  assertEquals(listWorst(sets, found, 3), [3, 4, 5]);
});

Deno.test("similarities are counted once a pair, by bins of 0.05", () => {
  const { queryRows } = imagesAt([["a", 0], ["a", 60], ["b", 180]]);
  const { right, wrong, imageCount } = countSimilarities(queryRows, ["a", "a", "b"]);
  assertEquals(imageCount, 3);
  assertEquals(right.reduce((a, b) => a + b), 1);
  assertEquals(wrong.reduce((a, b) => a + b), 2);
  assertEquals([right[29]! + right[30]!, wrong[0], wrong[9]! + wrong[10]!], [1, 1, 1]); // 0.5, -1, -0.5
});

Deno.test("PCA lies along the longest axis, and UMAP is the same each time", () => {
  const rows = Array.from({ length: 12 }, (_, i) => [3 * i, (i % 3) / 10, 0]);
  const [first, second] = [mapEmbeddings(rows, 7), mapEmbeddings(rows, 7)];
  assertEquals(first, second);
  assertEquals(first.explained[0]! > 0.99, true);
  for (const [i, [x]] of first.pca.entries()) {
    assertAlmostEquals(Math.abs(x), Math.abs(3 * (i - 5.5)), 0.01);
  }
});

Deno.test("the sampler's draws are counted by class, largest class first", () => {
  const sizes = [2, 8, 4];
  const labels = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
  const config = smallConfig({
    classesPerBatch: 3,
    imagesPerClass: 2,
    epochCount: 4,
    protocol: "corrected",
  });
  const view = viewSampler(config, { labels, classCount: 3, epochImageCount: 14 });
  // 14 / 6 gives 2 batches; each has 2 images of every class, so 4 draws of each a class and epoch.
  assertEquals(
    view.groups,
    [8, 4, 2].map((imagesPerClass) => ({ classCount: 1, imagesPerClass, drawsPerClass: 16 })),
  );
  assertEquals(
    view.epochs.map(({ drawCount, fewest, mean, most }) => [drawCount, fewest, mean, most]),
    new Array(4).fill([12, 4, 4, 4]),
  );
  // The first epoch deals 4 of 8, 4 of 4 and 2 of 2 images.
  assertEquals(view.epochs[0]!.imageCount, 10);
  assertAlmostEquals(view.epochs[0]!.headShare, 1 / 3);
});

Deno.test("a table of the page escapes its texts, and sorts by numbers", () => {
  const html = formatSortableTable({
    id: "t",
    caption: 'a "caption" <b>',
    columns: [{ header: "x & y" }, { header: "n", isNumber: true }],
    rows: [{ cells: [textCell("<script>"), numberCell(-1.005, 1)] }],
  });
  assertEquals(html.includes("<script>"), false);
  assertEquals(html.includes('class="caption">a &quot;caption&quot; &lt;b&gt;</p>'), true);
  assertEquals(html.includes('<td class="number" data-value="-1.005">−1.0</td>'), true);
  assertEquals(html.includes('<button type="button">x &amp; y</button>'), true);
});
