import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readCars196Photos } from "../../lib/dataset/cars196_photos.ts";
import { formatMatlab, matlabScalar, type MatlabValue } from "../../lib/file/matlab/write.ts";
import { needs } from "../support/permissions.ts";
import { inputErrorOf, withFolder } from "../support/tiny_originals.ts";

const ignore = needs("read", "write");
const NAMES = ["Ram C/V Van 2012", "Audi TT 2011"];

/** A devkit of two classes: 24 photographs of the first, listed backwards, and one of the second. */
async function writeDevkit(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "devkit"), { recursive: true });
  const cells = NAMES.map((text) => ({ kind: "char", text } as const));
  const classNames: MatlabValue = { kind: "cell", shape: [1, 2], cells };
  const elements = Array.from({ length: 25 }, (_, i) => ({
    bbox_x1: matlabScalar(25 - i),
    bbox_y1: matlabScalar(2),
    bbox_x2: matlabScalar(300),
    bbox_y2: matlabScalar(200),
    class: matlabScalar(i === 24 ? 2 : 1),
    fname: { kind: "char", text: `${String(25 - i).padStart(5, "0")}.jpg` } as const,
  }));
  const fieldNames = Object.keys(elements[0]!);
  const annotations: MatlabValue = { kind: "struct", shape: [1, 25], fieldNames, elements };
  const write = (name: string, variables: Record<string, MatlabValue>) =>
    Deno.writeFile(join(folder, "devkit", name), formatMatlab(variables));
  await write("cars_meta.mat", { class_names: classNames });
  await write("cars_train_annos.mat", { annotations });
}

Deno.test({
  name:
    "readCars196Photos() lists the first 22 training photographs of a class by name, with their boxes",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await writeDevkit(folder);
      const images = await readCars196Photos({ folder, remedy: "get it" }, 1);
      assertEquals(images.length, 23);
      assertEquals(images[0], {
        sourcePath: join(folder, "cars_train/00002.jpg"),
        imagePath: "class/train/001.Ram_CV_Van_2012/00002.jpg",
        classId: "001.Ram_CV_Van_2012",
        split: "train",
        listedAt: `${folder}/devkit/cars_train_annos.mat:24`,
        box: { left: 2, top: 2, right: 300, bottom: 200 },
      });
      assertEquals(images.slice(-2).map(({ imagePath }) => imagePath), [
        "class/train/001.Ram_CV_Van_2012/00023.jpg",
        "class/test/002.Audi_TT_2011/00001.jpg",
      ]);
    }),
});

Deno.test({
  name:
    "readCars196Photos() asks for the newer distribution, the only one that has these file names",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      assertEquals(
        await inputErrorOf(() => readCars196Photos({ folder, remedy: "get it" }), folder),
        "ROOT/devkit/cars_meta.mat: Cannot make photographs of cars196 as it must exist: it is missing; get it",
      );
    }),
});
