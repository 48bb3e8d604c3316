import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { checkQueries, openClassFolders } from "../../tasks/command_line/open_class_folders.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { IMAGE_PERMISSIONS, withFolder, writeImage, writeText } from "../support/tiny_originals.ts";

/** What is printed while `act` runs. */
async function linesOf(act: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await act();
  } finally {
    console.log = log;
  }
  return lines;
}

Deno.test({
  name: "class folders are opened with a line that says what they hold and what was skipped",
  ignore: needs(...IMAGE_PERMISSIONS),
  fn: () =>
    withFolder(async (root) => {
      const folders = { train: join(root, "train"), test: join(root, "test") };
      const paths = [
        "train/a/1.jpg",
        "train/a/2.jpg",
        "train/b/3.jpg",
        "test/c/4.jpg",
        "test/d/5.jpg",
      ];
      for (const [i, path] of paths.entries()) await writeImage(join(root, path), i + 1);
      const open = () => openClassFolders("birds", folders, join(root, "data"));
      const counts = "birds: train 3 images of 2 classes, test 2 images of 2 classes";
      assertEquals(await linesOf(open), [counts]);
      await writeText(join(root, "train/a/@eaDir/1.jpg/thumb.jpg"), "a thumbnail");
      await writeText(join(root, "test/c/Thumbs.db"), "thumbnails");
      assertEquals(await linesOf(open), [`${counts}; 2 files skipped (@eaDir, Thumbs.db)`]);
    }),
});

Deno.test({
  name: "images that are copies of others of their set are told: an editor's backup is one",
  ignore: needs(...IMAGE_PERMISSIONS),
  fn: () =>
    withFolder(async (root) => {
      const folders = { train: join(root, "train"), test: join(root, "test") };
      const paths = ["train/a/1.jpg", "train/b/2.jpg", "test/c/3.jpg", "test/d/4.jpg"];
      for (const [i, path] of paths.entries()) await writeImage(join(root, path), i + 1);
      const open = () => openClassFolders("birds", folders, join(root, "data"));
      const told = async (line: string) => assertEquals((await linesOf(open))[1], line);
      await writeImage(join(root, "test/c/3.jpg~"), 3);
      await told(
        "birds: 1 image has the bytes of another of its set, and finds it whatever is learned: " +
          "test/c/3.jpg~ is test/c/3.jpg",
      );
      await writeImage(join(root, "train/b/1 - Copy.jpg"), 1);
      await told(
        "birds: 2 images have the bytes of another of their set, and find it whatever is learned: " +
          "train/b/1 - Copy.jpg is train/a/1.jpg",
      );
    }),
});

Deno.test({
  name:
    "queries that have nothing to find are told before training, and refused where all are such",
  ignore: needs(...IMAGE_PERMISSIONS),
  fn: () =>
    withFolder(async (root) => {
      const folders = { train: join(root, "train"), test: join(root, "test") };
      const paths = ["train/a/1.jpg", "train/b/2.jpg", "test/c/3.jpg", "test/d/4.jpg"];
      for (const [i, path] of paths.entries()) await writeImage(join(root, path), i + 1);
      const open = () => openClassFolders("birds", folders, join(root, "data"));
      const alone = await open();
      assertThrows(
        () => checkQueries(alone, ["published"]),
        InputError,
        "Cannot evaluate on birds as a query must have an image of its class to find: it is so for 0 of 2; " +
          "a class folder of --test needs two images",
      );
      await writeImage(join(root, "test/d/5.jpg"), 5);
      const some = await open();
      const protocols = ["published", "published", "corrected"];
      assertEquals(await linesOf(() => Promise.resolve(checkQueries(some, protocols))), [
        "1 of 3 queries have no image of their class to find: protocol published counts them as misses, and has no " +
        "MAP@R and R-Precision",
        "1 of 3 queries have no image of their class to find: protocol corrected leaves them out",
      ]);
    }),
});
