import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openFolder } from "../../lib/dataset/open_folder.ts";
import type { ClassFolders } from "../../lib/dataset/workspace.ts";
import { createImageLoader } from "../../lib/image/loader.ts";
import { IMAGENET_PRESET } from "../../lib/image/preset.ts";
import { needs } from "../support/permissions.ts";
import { letTimesSettle } from "../support/settled_times.ts";
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

function openWhole(root: string, folders: ClassFolders, onProgress?: () => void) {
  const dataRoot = join(root, "data");
  return openFolder({ name: "birds", folders, dataRoot, onProgress });
}

async function open(root: string, folders: ClassFolders, onProgress?: () => void) {
  return (await openWhole(root, folders, onProgress)).dataset;
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

testInRoot("images of one class are refused where they are searched", async (root) => {
  const { train, test, gallery } = await writeFolders(root);
  const one = join(root, "one");
  await writeImage(join(one, "gull/9.jpg"), 9);
  for (const folders of [{ train, test: one }, { train, test, gallery: one }]) {
    assertEquals(
      await inputErrorOf(() => open(root, folders), root),
      `ROOT/one: Cannot open class folders as there must be two classes to tell apart: 1 of 1 images are of gull`,
    );
  }
  const { evaluation } = await open(root, { train, test: one, gallery });
  assertEquals(evaluation.kind, "query_gallery");
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

testInRoot("images are read once, and one that has changed again", async (root) => {
  const folders = await writeFolders(root);
  await letTimesSettle();
  const countRead = async () => {
    let count = 0;
    const { dataHash } = await open(root, folders, () => count++);
    return [count, dataHash] as const;
  };
  const [first, hash] = await countRead();
  assertEquals(first, 8);
  assertEquals(await countRead(), [0, hash]);
  await writeImage(join(root, "test/gull/4.jpg"), 99);
  const later = new Date(Date.now() + 5000);
  await Deno.utime(join(root, "test/gull/4.jpg"), later, later);
  const [changed, otherHash] = await countRead();
  assertEquals(changed, 1);
  await Deno.utime(join(root, "test/gull/5.jpg"), later, later); // of a clock that goes ahead: read each time
  assertEquals(await countRead(), [2, otherHash]);
  assertEquals(await countRead(), [2, otherHash]);
  assertEquals(otherHash === hash, false);
});

testInRoot(
  "files that are replaced, renamed and removed are never taken for the old",
  async (root) => {
    const folders = await writeFolders(root);
    const path = join(root, "test/gull/4.jpg");
    await Deno.writeFile(path, new Uint8Array(200), { append: true }); // room for the other image
    await letTimesSettle();
    const before = await open(root, folders);
    const { size, atime, mtime } = await Deno.stat(path);
    await writeImage(`${path}.new`, 99);
    await Deno.truncate(`${path}.new`, size);
    await Deno.utime(`${path}.new`, atime!, mtime!);
    await Deno.rename(`${path}.new`, path);
    const replaced = await open(root, folders);
    const fresh = await openFolder({ name: "birds", folders, dataRoot: join(root, "other") });
    assertEquals(replaced.dataHash === before.dataHash, false);
    assertEquals(replaced, { ...fresh.dataset, remedy: replaced.remedy });
    await Deno.rename(path, join(root, "test/gull/renamed.jpg"));
    await Deno.remove(join(root, "train/auk/2.jpg"));
    const { evaluation, train } = await open(root, folders);
    if (evaluation.kind !== "query_gallery") throw new Error(evaluation.kind);
    assertEquals(evaluation.queries.map(({ imagePath }) => imagePath), [
      "test/gull/5.jpg",
      "test/gull/renamed.jpg",
      "test/wren/6.jpg",
    ]);
    assertEquals(train.map(({ imagePath }) => imagePath), [
      "train/auk/1.jpg",
      "train/crow/deep/3.jpg",
    ]);
  },
);

testInRoot(
  "two that open at once have the same, and leave what the next one finds",
  async (root) => {
    const folders = await writeFolders(root);
    await letTimesSettle();
    const [a, b] = await Promise.all([open(root, folders), open(root, folders)]);
    assertEquals(a, b);
    let count = 0;
    assertEquals(await open(root, folders, () => count++), a);
    assertEquals(count, 0);
  },
);

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
    "ROOT/train/auk/notes.txt: Cannot decode image as it must be a whole JPEG, PNG, WebP, GIF or TIFF file: it is text",
  );
  assertEquals(
    await messageOf({ train: join(train, "auk"), test }),
    "ROOT/train/auk/1.jpg: Cannot open class folders as every image must be in the folder of its class: it is in none",
  );
});

testInRoot("what systems leave in folders changes no data hash and is counted", async (root) => {
  const { train, test } = await writeFolders(join(root, "clean"));
  const clean = await open(root, { train, test });
  const folders = await writeFolders(join(root, "left"));
  await writeImage(join(folders.train, "auk/@eaDir/1.jpg/SYNOPHOTO_THUMB_S.jpg"), 50);
  await writeImage(join(folders.train, "__MACOSX/auk/._1.jpg"), 51);
  await writeText(join(folders.train, "auk/Thumbs.db"), "thumbnails");
  await writeText(join(folders.test, "gull/desktop.ini"), "settings");
  await writeImage(join(folders.test, "wren/.ipynb_checkpoints/6-checkpoint.jpg"), 52);
  const { dataset, skipped } = await openWhole(root, { train: folders.train, test: folders.test });
  assertEquals(dataset.dataHash, clean.dataHash);
  assertEquals(skipped, {
    count: 6,
    names: [".hidden", ".ipynb_checkpoints", "@eaDir", "Thumbs.db", "__MACOSX", "desktop.ini"],
  });
});

testInRoot("two links to one folder are two classes", async (root) => {
  const { test } = await writeFolders(root);
  const train = join(root, "linked");
  for (const name of ["a", "b"]) {
    await Deno.mkdir(join(train, name), { recursive: true });
    await Deno.symlink(join(root, "train/auk"), join(train, name, "valid"));
  }
  const dataset = await open(root, { train, test });
  assertEquals(dataset.trainClasses, ["a/valid", "b/valid"]);
  assertEquals(dataset.train.length, 4);
});

testInRoot("folders that share an image are refused, with one pair", async (root) => {
  const { train, test, gallery } = await writeFolders(root);
  const rule = "Cannot open class folders as --train and --test must share no image";
  const messageOf = (folders: ClassFolders) => inputErrorOf(() => open(root, folders), root);
  await Deno.copyFile(join(train, "auk/1.jpg"), join(test, "wren/copy.jpg"));
  assertEquals(
    await messageOf({ train, test }),
    `ROOT/test/wren/copy.jpg: ${rule}: it is the same as ROOT/train/auk/1.jpg; remove what they share from one of them`,
  );
  await Deno.remove(join(test, "wren/copy.jpg"));
  await Deno.symlink(join(train, "auk"), join(test, "auk"));
  assertEquals(
    await messageOf({ train, test }),
    `ROOT/test/auk/1.jpg: ${rule}: it is the same as ROOT/train/auk/1.jpg, and 1 more are in both; ` +
      "remove what they share from one of them",
  );
  await Deno.remove(join(test, "auk"));
  assertEquals(
    await messageOf({ train, test: train }),
    `ROOT/train/auk/1.jpg: ${rule}: it is in both, and 2 more are in both; ` +
      "remove what they share from one of them",
  );
  await Deno.copyFile(join(test, "gull/4.jpg"), join(gallery, "gull/again.jpg"));
  assertEquals(
    await messageOf({ train, test, gallery }),
    "ROOT/gallery/gull/again.jpg: Cannot open class folders as --test and --gallery must share no image: " +
      "it is the same as ROOT/test/gull/4.jpg; remove what they share from one of them",
  );
});

testInRoot("class names are compared as NFC", async (root) => {
  const { train, test, gallery } = await writeFolders(root);
  const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
  await writeImage(join(test, composed, "9.jpg"), 19);
  await writeImage(join(gallery, decomposed, "10.jpg"), 20);
  await writeImage(join(train, composed, "11.jpg"), 21);
  await writeImage(join(train, decomposed, "12.jpg"), 22);
  const { trainClasses, evaluation } = await open(root, { train, test, gallery });
  assertEquals(trainClasses, ["auk", composed, "crow/deep"]);
  if (evaluation.kind !== "query_gallery") throw new Error(evaluation.kind);
  const indexOf = (records: typeof evaluation.queries) =>
    records.find(({ classId }) => classId === composed)?.classIndex;
  assertEquals([indexOf(evaluation.queries), indexOf(evaluation.gallery)], [0, 0]);
});

testInRoot(
  "names with commas, quotes and spaces are read back, line breaks refused",
  async (root) => {
    const { train, test } = await writeFolders(root);
    const odd = ['a,"b', " c ", "=1+1", "#d", "e;f'g"];
    for (const [i, name] of odd.entries()) await writeImage(join(train, name, "x.jpg"), 60 + i);
    for (let k = 0; k < 2; k++) {
      const { trainClasses } = await open(root, { train, test });
      assertEquals(trainClasses, [...odd, "auk", "crow/deep"].toSorted());
    }
    await writeImage(join(train, "two\nlines/x.jpg"), 70);
    assertEquals(
      (await inputErrorOf(() => open(root, { train, test }), root)).replaceAll(root, "ROOT"),
      '"ROOT/train/two\\nlines/x.jpg": Cannot open class folders as names must have no line breaks or ' +
        "other control characters: it has; rename it",
    );
  },
);

testInRoot(
  "an image replaced by one of its size and time is found when loaded, and the remedy works",
  async (root) => {
    const { train, test } = await writeFolders(root);
    const path = join(train, "auk/1.jpg");
    await Deno.writeFile(path, new Uint8Array(200), { append: true }); // room for the other image
    const first = await open(root, { train, test });
    const { size, atime, mtime } = await Deno.stat(path);
    await writeImage(path, 99);
    await Deno.writeFile(path, new Uint8Array(size - (await Deno.stat(path)).size), {
      append: true,
    });
    await Deno.utime(path, atime!, mtime!);
    assertEquals((await Deno.stat(path)).size, size);
    const load = async ({ folder, remedy, train }: typeof first) => {
      const preset = { ...IMAGENET_PRESET, resizeSize: 8, inputSize: 8 };
      const loader = createImageLoader({ folder, remedy, preset, cacheBytes: 0 });
      return await loader.loadEvaluation(train);
    };
    const message = await inputErrorOf(() => load(first), root);
    const manifest = message.match(/ROOT\/data\/folders\/[0-9a-f]+\/manifest\.csv/)![0];
    assertEquals(
      message,
      "ROOT/train/auk/1.jpg: Cannot load image as the file must have the content of the manifest: " +
        `it has another; remove ${manifest}, then every image is read anew`,
    );
    await Deno.remove(manifest.replace("ROOT", root));
    const renewed = await open(root, { train, test });
    await load(renewed);
    assertEquals(renewed.dataHash === first.dataHash, false);
  },
);
