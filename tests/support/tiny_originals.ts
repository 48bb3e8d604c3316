/** Hand-made originals of a few tiny images, in the layouts of the published datasets, in a temporary folder. */

import { dirname, join } from "@std/path";
import { assertRejects } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { formatMatlab, matlabScalar, type MatlabValue } from "../../lib/file/matlab/write.ts";

/** Permissions that tests with images need. */
export const IMAGE_PERMISSIONS = ["read", "write", "env", "ffi", "sys"] as const;

/** Runs with a temporary folder, which is removed afterwards. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "proxyan_" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The message of the InputError that `run` rejects with, `folder` as ROOT; a data root above it as DATA. */
export async function inputErrorOf(run: () => Promise<unknown>, folder: string): Promise<string> {
  const error = await assertRejects(run, InputError);
  const dataRoot = folder.replace(/[\\/]mini[\\/]\w+$/, "");
  return error.message.replaceAll(folder, "ROOT").replaceAll(dataRoot, "DATA");
}

/** Writes a file and the folders above it. */
export async function writeText(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

/** Writes a JPEG of 12 x 8 pixels whose color follows `seed`. */
export async function writeImage(path: string, seed: number): Promise<void> {
  const { default: sharp } = await import("sharp");
  await Deno.mkdir(dirname(path), { recursive: true });
  const background = { r: seed * 37 % 256, g: seed * 101 % 256, b: seed * 53 % 256 };
  const image = sharp({ create: { width: 12, height: 8, channels: 3, background } });
  await Deno.writeFile(path, await image.jpeg().toBuffer());
}

/** The class and number of each of 8 images: 4 classes of 2, of which 2 train. */
const IMAGES = [0, 1, 2, 3].flatMap((c) => [0, 1].map((i) => ({ c, i, id: c * 2 + i + 1 })));
/** What the tiny CUB200, CARS196 and SOP declare. */
export const TINY_COUNTS =
  '{"train": {"images": 4, "classes": 2}, "test": {"images": 4, "classes": 2}}';
const BIRDS = ["001.Auk", "002.Wren", "003.Gull", "004.Crow"];

/** Writes the tiny CUB200 to `folder`; its training classes are 001.Auk and 002.Wren. */
export async function writeTinyCub(folder: string): Promise<void> {
  const path = ({ c, id }: { c: number; id: number }) => `${BIRDS[c]}/bird_${id}.jpg`;
  const list = (line: (image: typeof IMAGES[number]) => string) => IMAGES.map(line).join("");
  await writeText(join(folder, "images.txt"), list((image) => `${image.id} ${path(image)}\n`));
  const labels = list(({ id, c }) => `${id} ${c + 1}\n`);
  await writeText(join(folder, "image_class_labels.txt"), labels);
  const classes = BIRDS.map((bird, c) => `${c + 1} ${bird}\n`).join("");
  await writeText(join(folder, "classes.txt"), classes);
  for (const image of IMAGES) await writeImage(join(folder, "images", path(image)), image.id);
}

/** The class names of the tiny CARS196. */
export const TINY_CARS = ["Ram C/V Van 2012", "Audi TT 2011", "BMW X3 2012", "Audi S4 2007"];

function structArray(elements: readonly Record<string, MatlabValue>[]): MatlabValue {
  const fieldNames = Object.keys(elements[0]!);
  return { kind: "struct", shape: [1, elements.length], fieldNames, elements };
}

function carNames(): MatlabValue {
  const cells = TINY_CARS.map((text) => ({ kind: "char", text } as const));
  return { kind: "cell", shape: [1, cells.length], cells };
}

/** Writes the tiny CARS196 in the older layout; annotations may be changed before. */
export async function writeTinyCarsOlder(
  folder: string,
  change: (annotations: Record<string, MatlabValue>[]) => void = () => {},
): Promise<void> {
  const annotations: Record<string, MatlabValue>[] = IMAGES.map(({ c, i, id }) => ({
    relative_im_path: { kind: "char", text: `car_ims/00000${id}.jpg` },
    class: matlabScalar(c + 1),
    test: matlabScalar(i),
  }));
  for (const { id } of IMAGES) await writeImage(join(folder, `car_ims/00000${id}.jpg`), id);
  change(annotations);
  const variables = { annotations: structArray(annotations), class_names: carNames() };
  await Deno.writeFile(join(folder, "cars_annos.mat"), formatMatlab(variables));
}

/** Writes the tiny CARS196 in the newer layout: 4 images in each of `cars_train` and `cars_test`, named alike. */
export async function writeTinyCarsNewer(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "devkit"), { recursive: true });
  const write = (path: string, variables: Record<string, MatlabValue>) =>
    Deno.writeFile(join(folder, path), formatMatlab(variables));
  await write("devkit/cars_meta.mat", { class_names: carNames() });
  const lists = [["devkit/cars_train_annos.mat", "cars_train"], [
    "cars_test_annos_withlabels.mat",
    "cars_test",
  ]] as const;
  for (const [half, [path, imageFolder]] of lists.entries()) {
    const images = IMAGES.filter(({ i }) => i === half);
    await write(path, {
      annotations: structArray(images.map(({ c }, k) => ({
        class: matlabScalar(c + 1),
        fname: { kind: "char", text: `0000${k + 1}.jpg` },
      }))),
    });
    for (const [k, { id }] of images.entries()) {
      await writeImage(join(folder, imageFolder, `0000${k + 1}.jpg`), id);
    }
  }
}

/** Writes the tiny SOP to `folder`; classes 1 and 2 train. */
export async function writeTinySop(folder: string): Promise<void> {
  const header = "image_id class_id super_class_id path\n";
  const path = ({ c, id }: { c: number; id: number }) =>
    `${c % 2 === 0 ? "chair" : "mug"}_final/item${c}_${id}.JPG`;
  const rows = (isTrain: boolean) =>
    IMAGES.filter(({ c }) => (c < 2) === isTrain)
      .map((image) => `${image.id} ${image.c + 1} ${image.c % 2 + 1} ${path(image)}\n`).join("");
  await writeText(join(folder, "Ebay_train.txt"), header + rows(true));
  await writeText(join(folder, "Ebay_test.txt"), header + rows(false));
  for (const image of IMAGES) await writeImage(join(folder, path(image)), image.id);
}

/** What the tiny IN_SHOP declares. */
export const TINY_SHOP_COUNTS = '{"train": {"images": 4, "classes": 2}, ' +
  '"query": {"images": 2, "classes": 2}, "gallery": {"images": 2, "classes": 2}}';

/** Writes the tiny IN_SHOP to `folder`, its list to `listPath`: items 1 and 2 train, of 3 and 4 one image queries. */
export async function writeTinyShop(
  folder: string,
  listPath = "list_eval_partition.txt",
): Promise<void> {
  const rows = IMAGES.map(({ c, i, id }) => {
    const item = `id_0000000${c + 1}`;
    const split = c < 2 ? "train" : i === 0 ? "query" : "gallery";
    return { path: `img/WOMEN/Tees/${item}/0${id}_front.jpg`, item, split };
  });
  const lines = rows.map(({ path, item, split }) => `${path.padEnd(60)} ${item} ${split}\n`);
  const header = `${rows.length}\nimage_name item_id evaluation_status\n`;
  await writeText(join(folder, listPath), header + lines.join(""));
  for (const [k, { path }] of rows.entries()) await writeImage(join(folder, path), k);
}
