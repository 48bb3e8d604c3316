import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readManifest } from "../../lib/dataset/manifest.ts";
import { needs } from "../support/permissions.ts";
import { letTimesSettle } from "../support/settled_times.ts";
import { IMAGE_PERMISSIONS, inputErrorOf, writeImage } from "../support/tiny_originals.ts";
import { convert, CUB_FILES, listFiles, withCub } from "./tiny_conversion.ts";

const ignore = needs(...IMAGE_PERMISSIONS);

Deno.test({
  name: "convertDataset() does nothing when it runs again",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      const first = await convert(root, "cub200");
      const before = await Deno.stat(join(folder, "manifest.csv"));
      const again = await convert(root, "cub200");
      assertEquals(again, { ...first, isUnchanged: true, placed: null });
      const after = await Deno.stat(join(folder, "manifest.csv"));
      assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
    }),
});

Deno.test({
  name:
    "convertDataset() reads again what has changed, whatever its size and time, and nothing else",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      await convert(root, "cub200");
      await letTimesSettle();
      const countRead = async () => {
        let count = 0;
        await convert(root, "cub200", "mini", () => count++);
        return count;
      };
      assert(await countRead() <= 8); // hard links had just changed the entries
      assertEquals(await countRead(), 0);
      const path = join(original, "images/001.Auk/bird_1.jpg");
      const { atime, mtime } = await Deno.stat(path);
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(`${path}.new`, bytes);
      await Deno.utime(`${path}.new`, atime!, mtime!);
      await Deno.rename(`${path}.new`, path);
      assert(await countRead() > 0); // another file, of the same content
      await Deno.remove(join(folder, "class/train/001.Auk/bird_1.jpg"));
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      await Deno.writeFile(path, new Uint8Array([...bytes, 0])); // behind the image's end
      await Deno.utime(path, atime!, mtime!);
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
    }),
});

Deno.test({
  name: "convertDataset() does nothing when the originals are gone and the class folders are whole",
  ignore,
  fn: () =>
    withCub(async (root, _folder, original) => {
      await convert(root, "cub200");
      await Deno.remove(original, { recursive: true });
      assertEquals((await convert(root, "cub200")).isUnchanged, true);
    }),
});

Deno.test({
  name: "convertDataset() finishes what was interrupted, to the same bytes",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      await convert(root, "cub200");
      const whole = await Deno.readTextFile(join(folder, "manifest.csv"));
      // What a kill leaves: no manifest, some links not made, one copy begun.
      await Deno.remove(join(folder, "manifest.csv"));
      await Deno.remove(join(folder, "class/test/003.Gull/bird_5.jpg"));
      await Deno.remove(join(folder, "class/train/001.Auk"), { recursive: true });
      await Deno.writeTextFile(join(folder, "class/test/003.Gull/bird_5.jpg.tmp"), "half");
      await Deno.writeTextFile(join(folder, "manifest.csv.tmp-17-0123abcd"), "half");
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      assertEquals(await listFiles(join(folder, "class")), CUB_FILES);
      assertEquals(await Deno.readTextFile(join(folder, "manifest.csv")), whole);
      const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
      assertEquals(names.filter((name) => name.includes(".tmp")), []);
      const [link, source] = ["class/test", "original/images"].map((path) =>
        Deno.statSync(join(folder, path, "003.Gull/bird_5.jpg")).ino
      );
      assertEquals(link, source);
    }),
});

Deno.test({
  name:
    "convertDataset() stopped while decoding leaves nothing behind, and the next run does it all",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      const stopped = convert(root, "cub200", "mini", (decodedCount) => {
        if (decodedCount > 3) throw new Error("stopped");
      });
      assertEquals(await stopped.catch((error) => error.message), "stopped");
      assertEquals((await listFiles(folder)).filter((path) => !path.startsWith("original/")), []);
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      assertEquals(await listFiles(join(folder, "class")), CUB_FILES);
    }),
});

Deno.test({
  name: "convertDataset() in several calls at once converts one time, and the others find it done",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      const calls = await Promise.all([1, 2, 3].map(() => convert(root, "cub200")));
      assertEquals(calls.filter(({ isUnchanged }) => !isUnchanged).length, 1);
      assertEquals(await listFiles(join(folder, "class")), CUB_FILES);
    }),
});

Deno.test({
  name: "convertDataset() replaces a class file that is no longer the original",
  ignore,
  fn: () =>
    withCub(async (root, folder) => {
      await convert(root, "cub200");
      const path = join(folder, "class/train/001.Auk/bird_1.jpg");
      const whole = await Deno.readFile(path);
      await Deno.remove(path);
      await Deno.writeTextFile(path, "something else");
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      assertEquals(await Deno.readFile(path), whole);
    }),
});

Deno.test({
  name: "convertDataset() follows originals that changed and removes what they no longer list",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      await convert(root, "cub200");
      const rename = async (list: string) => {
        const path = join(original, list);
        const text = await Deno.readTextFile(path);
        await Deno.writeTextFile(path, text.replaceAll("004.Crow", "004.Rook"));
      };
      await rename("images.txt");
      await rename("classes.txt");
      await Deno.rename(join(original, "images/004.Crow"), join(original, "images/004.Rook"));
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      const expected = CUB_FILES.map((path) => path.replace("Crow", "Rook"));
      assertEquals(await listFiles(join(folder, "class")), expected);
      for await (const { name } of Deno.readDir(join(folder, "class/test"))) {
        assert(name !== "004.Crow", "empty class folders go too");
      }
    }),
});

/** Replaces a file by one of the same size and time whose image has another color. */
async function swapImage(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  const { atime, mtime } = await Deno.stat(path);
  await Deno.remove(path);
  await writeImage(path, 7);
  const other = await Deno.readFile(path);
  const padded = new Uint8Array(bytes.length);
  padded.set(other.subarray(0, bytes.length)); // both are whole: what follows the end of a JPEG is ignored
  await Deno.writeFile(path, padded);
  await Deno.utime(path, atime!, mtime!);
}

Deno.test({
  name: "convertDataset() tells by content whether originals were replaced, not by size or time",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      const path = join(original, "images/001.Auk/bird_1.jpg");
      const longer = Uint8Array.from([...await Deno.readFile(path), ...new Uint8Array(200)]);
      await Deno.writeFile(path, longer); // room for the other image
      await convert(root, "cub200");
      const before = await readManifest(folder);
      const later = new Date(Date.now() + 60_000);
      await Deno.utime(path, later, later); // as it was, but newer
      assertEquals((await convert(root, "cub200")).isUnchanged, true);
      await swapImage(path);
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      const after = await readManifest(folder);
      assert(before!.hash !== after!.hash, "other images are other data");
      assertEquals((await convert(root, "cub200")).isUnchanged, true);
    }),
});

Deno.test({
  name: "convertDataset() puts a class file back that was replaced by one of the same size",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      await convert(root, "cub200");
      const before = await readManifest(folder);
      const path = join(folder, "class/train/001.Auk/bird_1.jpg");
      const whole = await Deno.readFile(path);
      await Deno.remove(path);
      await Deno.writeFile(path, new Uint8Array(whole.length));
      await Deno.utime(path, 1, 1);
      assertEquals((await convert(root, "cub200")).isUnchanged, false);
      assertEquals(await Deno.readFile(path), whole);
      assertEquals((await readManifest(folder))!.hash, before!.hash);

      await Deno.remove(path);
      await Deno.writeFile(path, new Uint8Array(whole.length));
      await Deno.remove(original, { recursive: true });
      assertEquals(
        await inputErrorOf(() => convert(root, "cub200"), folder),
        "ROOT/original: Cannot convert cub200 as the folder must exist: it is missing; run `deno task fixtures --data-root DATA` " +
          "(ROOT/class/train/001.Auk/bird_1.jpg: the file must have the content of the manifest: it has another)",
      );
    }),
});

Deno.test({
  name: "convertDataset() that fails on changed originals leaves no manifest of the earlier ones",
  ignore,
  fn: () =>
    withCub(async (root, folder, original) => {
      await convert(root, "cub200");
      const name = (text: string) => text.replaceAll("bird_8.jpg", "bird_9.jpg");
      const list = join(original, "images.txt");
      await Deno.writeTextFile(list, name(await Deno.readTextFile(list)));
      const path = join(original, "images/004.Crow/bird_8.jpg");
      await Deno.rename(path, name(path));
      await Deno.mkdir(join(folder, "class/test/004.Crow/bird_9.jpg/in_the_way"), {
        recursive: true,
      });
      await inputErrorOf(() => convert(root, "cub200"), folder);
      assertEquals(await readManifest(folder), null);
    }),
});
