import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openFolder } from "../../lib/dataset/open_folder.ts";
import type { ClassFolders } from "../../lib/dataset/workspace.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  withFolder,
  writeImage,
  writeText,
} from "../support/tiny_originals.ts";

const FILES = {
  train: ["auk/1.jpg", "auk/2.jpg", "crow/deep/3.jpg"],
  test: ["gull/4.jpg", "gull/5.jpg", "wren/6.jpg"],
  gallery: ["gull/7.jpg", "wren/8.jpg"],
};

async function writeFolders(root: string): Promise<Required<ClassFolders>> {
  for (const [split, files] of Object.entries(FILES)) {
    for (const file of files) await writeImage(join(root, split, file), Number(file.at(-5)));
  }
  await writeText(join(root, "train/auk/.hidden"), "no image");
  return { train: join(root, "train"), test: join(root, "test"), gallery: join(root, "gallery") };
}

function open(root: string, folders: ClassFolders, onProgress?: () => void) {
  const dataRoot = join(root, "data");
  return openFolder({ name: "birds", folders, dataRoot, onProgress });
}

function testInRoot(name: string, run: (root: string) => Promise<void>): void {
  const fn = () => withFolder(async (folder) => run(await Deno.realPath(folder)));
  Deno.test({ name, ignore: needs(...IMAGE_PERMISSIONS), fn });
}

testInRoot("class folders are a dataset whose test images query each other", async (root) => {
  const { train, test } = await writeFolders(root);
  const dataset = await open(root, { train, test });
  assertEquals([dataset.name, dataset.folder], ["birds", root]);
  assertEquals(dataset.trainClasses, ["auk", "crow/deep"]);
  assertEquals(
    dataset.train.map(({ imagePath, classIndex }) => `${imagePath} ${classIndex}`),
    ["train/auk/1.jpg 0", "train/auk/2.jpg 0", "train/crow/deep/3.jpg 1"],
  );
  const { evaluation } = dataset;
  if (evaluation.kind !== "self") throw new Error(evaluation.kind);
  assertEquals(evaluation.images.map(({ classIndex }) => classIndex), [0, 0, 1]);
  assertEquals(evaluation.images[0]!.imagePath, "test/gull/4.jpg");
});

testInRoot("with a gallery, test images are looked up in it", async (root) => {
  const { evaluation } = await open(root, await writeFolders(root));
  if (evaluation.kind !== "query_gallery") throw new Error(evaluation.kind);
  const list = (records: typeof evaluation.queries) =>
    records.map(({ imagePath, classIndex }) => `${imagePath} ${classIndex}`);
  assertEquals(list(evaluation.queries), [
    "test/gull/4.jpg 0",
    "test/gull/5.jpg 0",
    "test/wren/6.jpg 1",
  ]);
  assertEquals(list(evaluation.gallery), ["gallery/gull/7.jpg 0", "gallery/wren/8.jpg 1"]);
});

testInRoot("images are decoded once, and again when one has changed", async (root) => {
  const folders = await writeFolders(root);
  const countDecoded = async () => {
    let count = 0;
    const { dataHash } = await open(root, folders, () => count++);
    return [count, dataHash] as const;
  };
  const [first, hash] = await countDecoded();
  assertEquals(first, 8);
  assertEquals(await countDecoded(), [0, hash]);
  await writeImage(join(root, "test/gull/4.jpg"), 99);
  const later = new Date(Date.now() + 5000);
  await Deno.utime(join(root, "test/gull/4.jpg"), later, later);
  const [changed, otherHash] = await countDecoded();
  assertEquals(changed, 8);
  assertEquals(otherHash === hash, false);
});

testInRoot("the data hash does not depend on where the folders are", async (root) => {
  const [here, there] = [join(root, "here"), join(root, "deep/er/there")];
  const first = await open(root, await writeFolders(here));
  const second = await open(root, await writeFolders(there));
  assertEquals(first.dataHash, second.dataHash);
  assertEquals(first.folder, here);
  assertEquals(second.folder, there);
});

testInRoot("folders that cannot be a dataset are refused, with the file", async (root) => {
  const { train, test } = await writeFolders(root);
  const messageOf = (folders: ClassFolders) => inputErrorOf(() => open(root, folders), root);
  assertEquals(
    await messageOf({ train: join(root, "none"), test }),
    "ROOT/none: Cannot list images as it must be a folder that can be read: it does not exist",
  );
  assertEquals(
    await messageOf({ train: join(train, "auk/1.jpg"), test }),
    "ROOT/train/auk/1.jpg: Cannot list images as it must be a folder that can be read: it is a file",
  );
  await Deno.mkdir(join(root, "empty"));
  assertEquals(
    await messageOf({ train, test: join(root, "empty") }),
    "ROOT/empty: Cannot open class folders as they must hold images: there is none",
  );
  await writeText(join(train, "auk/notes.txt"), "no image");
  assertEquals(
    await messageOf({ train, test }),
    "ROOT/train/auk/notes.txt: Cannot decode image as it must be a whole JPEG, PNG, WebP, GIF or TIFF file: " +
      "Input buffer contains unsupported image format",
  );
  assertEquals(
    await messageOf({ train: join(train, "auk"), test }),
    "ROOT/train/auk/1.jpg: Cannot open class folders as every image must be in the folder of its class: it is in none",
  );
});
