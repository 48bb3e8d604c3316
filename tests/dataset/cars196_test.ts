import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readCars196 } from "../../lib/dataset/cars196.ts";
import { formatMatlab, matlabScalar, type MatlabValue } from "../../lib/file/matlab/write.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  withFolder,
  writeTinyCarsNewer,
  writeTinyCarsOlder,
} from "../support/tiny_originals.ts";

const ignore = needs(...IMAGE_PERMISSIONS);
const options = (folder: string) => ({ folder, trainClassCount: 2, remedy: "get it" });

Deno.test({
  name: "readCars196() reads the older layout, split by class and not by its test flag",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await writeTinyCarsOlder(folder);
      const images = await readCars196(options(folder));
      assertEquals(images.map(({ imagePath }) => imagePath), [
        "class/train/Ram_CV_Van_2012/000001.jpg",
        "class/train/Ram_CV_Van_2012/000002.jpg",
        "class/train/Audi_TT_2011/000003.jpg",
        "class/train/Audi_TT_2011/000004.jpg",
        "class/test/BMW_X3_2012/000005.jpg",
        "class/test/BMW_X3_2012/000006.jpg",
        "class/test/Audi_S4_2007/000007.jpg",
        "class/test/Audi_S4_2007/000008.jpg",
      ]);
      assertEquals(images[2], {
        sourcePath: join(folder, "car_ims/000003.jpg"),
        imagePath: "class/train/Audi_TT_2011/000003.jpg",
        classId: "Audi_TT_2011",
        split: "train",
        listedAt: `${folder}/cars_annos.mat:3`,
      });
    }),
});

Deno.test({
  name: "readCars196() merges both halves of the newer layout, whose file names are the same",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await writeTinyCarsNewer(folder);
      const images = await readCars196(options(folder));
      assertEquals(
        images.map(({ imagePath, sourcePath }) => [imagePath, sourcePath.replace(folder, "")]),
        [
          ["class/train/Ram_CV_Van_2012/train_00001.jpg", "/cars_train/00001.jpg"],
          ["class/train/Audi_TT_2011/train_00002.jpg", "/cars_train/00002.jpg"],
          ["class/test/BMW_X3_2012/train_00003.jpg", "/cars_train/00003.jpg"],
          ["class/test/Audi_S4_2007/train_00004.jpg", "/cars_train/00004.jpg"],
          ["class/train/Ram_CV_Van_2012/test_00001.jpg", "/cars_test/00001.jpg"],
          ["class/train/Audi_TT_2011/test_00002.jpg", "/cars_test/00002.jpg"],
          ["class/test/BMW_X3_2012/test_00003.jpg", "/cars_test/00003.jpg"],
          ["class/test/Audi_S4_2007/test_00004.jpg", "/cars_test/00004.jpg"],
        ],
      );
    }),
});

Deno.test({
  name: "readCars196() finds the folders that mirrors nest",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const inner = join(folder, "stanford_cars");
      await writeTinyCarsNewer(inner);
      await Deno.mkdir(join(inner, "car_devkit"));
      await Deno.rename(join(inner, "devkit"), join(inner, "car_devkit/devkit"));
      await Deno.rename(join(inner, "cars_train"), join(inner, "moved"));
      await Deno.mkdir(join(inner, "cars_train"));
      await Deno.rename(join(inner, "moved"), join(inner, "cars_train/cars_train"));
      const [first] = await readCars196(options(folder));
      assertEquals(first!.sourcePath, join(inner, "cars_train/cars_train/00001.jpg"));
    }),
});

/** The message for an older layout with changed annotations. */
function messageFor(change: (annotations: Record<string, MatlabValue>[]) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    withFolder(async (folder) => {
      await writeTinyCarsOlder(folder, change);
      resolve(await inputErrorOf(() => readCars196(options(folder)), folder));
    }).catch(reject);
  });
}

Deno.test({
  name: "readCars196() names the annotation with a class that there is not",
  ignore,
  fn: async () => {
    assertEquals(
      await messageFor((annotations) => annotations[5]!.class = matlabScalar(5)),
      "ROOT/cars_annos.mat:6: Cannot accept annotation as its class must be in 1...4: it is 5",
    );
    assertEquals(
      await messageFor((annotations) => annotations[0]!.class = matlabScalar(1.5)),
      "ROOT/cars_annos.mat:1: Cannot accept annotation as its class must be in 1...4: it is 1.5",
    );
  },
});

Deno.test({
  name: "readCars196() names the class without an annotation",
  ignore,
  fn: async () =>
    assertEquals(
      await messageFor((annotations) => {
        annotations[6]!.class = matlabScalar(1);
        annotations[7]!.class = matlabScalar(1);
      }),
      "ROOT/cars_annos.mat: Cannot accept class as an annotation must be of it: Audi_S4_2007 has none",
    ),
});

Deno.test({
  name: "readCars196() names the annotation with a field of another kind",
  ignore,
  fn: async () =>
    assertEquals(
      await messageFor((annotations) => annotations[1]!.class = { kind: "char", text: "Audi" }),
      "ROOT/cars_annos.mat:2: Cannot accept annotation as field class must be one number: it is char",
    ),
});

Deno.test({
  name: "readCars196() says which labels file the newer layout lacks",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await writeTinyCarsNewer(folder);
      await Deno.remove(join(folder, "cars_test_annos_withlabels.mat"));
      assertEquals(
        await inputErrorOf(() => readCars196(options(folder)), folder),
        "ROOT/cars_test_annos_withlabels.mat: Cannot convert cars196 as the classes of cars_test must " +
          "be known: the file is missing, and devkit/cars_test_annos.mat has none; get it",
      );
    }),
});

Deno.test({
  name: "readCars196() says what must be there when neither layout is",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      assertEquals(
        await inputErrorOf(() => readCars196(options(folder)), folder),
        "ROOT/devkit/cars_meta.mat: Cannot convert cars196 as it or cars_annos.mat must exist: " +
          "both are missing; get it",
      );
    }),
});

Deno.test({
  name: "readCars196() names a damaged .mat file and one without annotations",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "cars_annos.mat");
      await Deno.writeTextFile(path, "<html>404 Not Found</html>".padEnd(300));
      assertEquals(
        await inputErrorOf(() => readCars196(options(folder)), folder),
        "ROOT/cars_annos.mat: Cannot read MATLAB file as it must be of version 5: it starts with " +
          '"<html>404 Not Found<"; is it the file that was to be downloaded?',
      );
      await Deno.writeFile(path, formatMatlab({ annotations: matlabScalar(1) }));
      assertEquals(
        await inputErrorOf(() => readCars196(options(folder)), folder),
        "ROOT/cars_annos.mat: Cannot read annotations as variable annotations must be a struct array: " +
          "it is 1 x 1 double",
      );
    }),
});

Deno.test({
  name: "readCars196() refuses class names that give one folder",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      await writeTinyCarsNewer(folder);
      const cells = ["A/B", "AB", "C", "D"].map((text) => ({ kind: "char", text } as const));
      const bytes = formatMatlab({ class_names: { kind: "cell", shape: [1, 4], cells } });
      await Deno.writeFile(join(folder, "devkit/cars_meta.mat"), bytes);
      assertEquals(
        await inputErrorOf(() => readCars196(options(folder)), folder),
        "ROOT/devkit/cars_meta.mat: Cannot accept class_names as each must give a folder of its own: " +
          'number 2 is "AB"',
      );
    }),
});
