import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import process from "node:process";
import { decodeImage } from "../../lib/file/image/decode.ts";
import { placeImages } from "../../lib/dataset/class_folders.ts";
import { needs } from "../support/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";
import { IMAGE_PERMISSIONS, inputErrorOf, writeImage } from "../support/tiny_originals.ts";
import { convert, CUB_FILES, listFiles, withCub } from "./tiny_conversion.ts";

const ignore = needs(...IMAGE_PERMISSIONS);

Deno.test({
  name: "convertDataset() copies where the file system has no hard links",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      const link = Deno.link;
      Deno.link = () => Promise.reject(new Error("Invalid cross-device link (os error 18)"));
      try {
        await convert(root, "cub200");
        assertEquals((await convert(root, "cub200")).isUnchanged, true);
      } finally {
        Deno.link = link;
      }
      assertEquals(await listFiles(join(folder, "class")), CUB_FILES);
      const [copy, source] = ["class/train", "original/images"].map((path) =>
        join(folder, path, "001.Auk/bird_1.jpg")
      );
      assertEquals(await Deno.readFile(copy!), await Deno.readFile(source!));
      assert((await Deno.stat(copy!)).ino !== (await Deno.stat(source!)).ino);
    }),
});

Deno.test({
  name: "convertDataset() links the file itself where the originals are symbolic links",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      await Deno.rename(join(original, "images"), join(root, "elsewhere"));
      await Deno.mkdir(join(original, "images/001.Auk"), { recursive: true });
      for (const bird of ["002.Wren", "003.Gull", "004.Crow"]) {
        await Deno.symlink(join(root, "elsewhere", bird), join(original, "images", bird));
      }
      for (const name of ["bird_1.jpg", "bird_2.jpg"]) {
        await Deno.symlink(
          `../../../../../elsewhere/001.Auk/${name}`,
          join(original, "images/001.Auk", name),
        );
      }
      await convert(root, "cub200");
      const { isFile, isSymlink } = await Deno.lstat(
        join(folder, "class/train/001.Auk/bird_1.jpg"),
      );
      assertEquals([isFile, isSymlink], [true, false]);
    }),
});

/** Runs as a user who owns nothing, which a superuser has to become: it may write anywhere. */
async function asNobody(run: () => Promise<void>): Promise<void> {
  const isSuperuser = Deno.uid() === 0;
  if (isSuperuser) process.seteuid!(65534);
  try {
    await run();
  } finally {
    if (isSuperuser) process.seteuid!(0);
  }
}

Deno.test({
  name: "convertDataset() says that a read-only folder cannot be written, and leaves nothing in it",
  ignore: ignore || Deno.build.os === "windows",
  fn: () =>
    withCub(async (root, folder) => {
      await writeImage(join(root, "warm.jpg"), 1);
      await decodeImage(join(root, "warm.jpg")); // sharp is loaded before the user changes
      await Deno.chmod(root, 0o755);
      await Deno.chmod(folder, 0o555);
      try {
        await asNobody(async () =>
          assertEquals(
            await inputErrorOf(() => convert(root, "cub200"), folder),
            "ROOT/manifest.csv: Cannot write file as its folder must be writable: it is not",
          )
        );
      } finally {
        await Deno.chmod(folder, 0o755);
      }
      assertEquals((await listFiles(folder)).filter((path) => !path.startsWith("original/")), []);
    }),
});

Deno.test({
  name: "convertDataset() says that a file is in the way of the class folders",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      await Deno.writeTextFile(join(folder, "class"), "");
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200"), folder),
        "ROOT/class/train/001.Auk: Cannot write file as its path must name a file in a folder: it does not",
      );
    }),
});

testInFolder("what a link points to is copied, and counted as a copy", async (folder) => {
  const sourcePath = `${folder}/image.jpg`;
  await Deno.writeTextFile(`${folder}/elsewhere.jpg`, "pixels");
  await Deno.symlink(`${folder}/elsewhere.jpg`, sourcePath);
  const image = {
    sourcePath,
    imagePath: "class/train/a/image.jpg",
    classId: "a",
    split: "train",
    listedAt: sourcePath,
  } as const;
  assertEquals(await placeImages([image], folder, () => {}), { linked: 0, copied: 1, kept: 0 });
  const placed = `${folder}/class/train/a/image.jpg`;
  assertEquals((await Deno.lstat(placed)).isSymlink, false);
  assertEquals(await Deno.readTextFile(placed), "pixels");
});
