import { assertEquals } from "@std/assert";
import { countSplits, describeCounts, splitsOf } from "../../lib/dataset/counts.ts";

const IMAGES = [
  { split: "gallery", classId: "c" },
  { split: "train", classId: "a" },
  { split: "train", classId: "b" },
  { split: "query", classId: "c" },
  { split: "train", classId: "a" },
] as const;

Deno.test("countSplits() counts images and classes of every split that occurs, in the order of splits", () => {
  const counts = countSplits(IMAGES);
  assertEquals(counts, {
    train: { imageCount: 3, classCount: 2 },
    query: { imageCount: 1, classCount: 1 },
    gallery: { imageCount: 1, classCount: 1 },
  });
  assertEquals(splitsOf(counts), ["train", "query", "gallery"]);
  assertEquals(Object.keys(counts), ["train", "query", "gallery"]);
});

Deno.test("describeCounts() says how many images of how many classes", () => {
  assertEquals(
    describeCounts(countSplits(IMAGES)),
    "train 3 images of 2 classes, query 1 image of 1 class, gallery 1 image of 1 class",
  );
  assertEquals(describeCounts({}), "");
});
