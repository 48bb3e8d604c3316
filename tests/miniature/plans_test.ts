import { assert, assertEquals } from "@std/assert";
import { planCars196 } from "../../lib/miniature/cars196_plan.ts";
import { planCub200 } from "../../lib/miniature/cub200_plan.ts";
import { planInShop } from "../../lib/miniature/in_shop_plan.ts";
import type { DatasetPlan } from "../../lib/miniature/plan.ts";
import { planSop } from "../../lib/miniature/sop_plan.ts";
import { TUNING } from "../../lib/miniature/tuning.ts";
import { parseMatlab } from "../../lib/file/matlab/read.ts";

function bytesOf(plan: DatasetPlan, path: string): Uint8Array<ArrayBuffer> {
  const file = plan.files.find((candidate) => candidate.path === path);
  assert(file, `the plan has ${path}`);
  return file.bytes;
}

/** Lines of a text file, without the end of the last. */
function linesOf(plan: DatasetPlan, path: string): string[] {
  const text = new TextDecoder().decode(bytesOf(plan, path));
  assert(text.endsWith("\n"), `${path} ends with a line feed`);
  return text.slice(0, -1).split("\n");
}

function expectedCountsOf(plan: DatasetPlan, path: string): unknown {
  return JSON.parse(new TextDecoder().decode(bytesOf(plan, path)));
}

function imagePaths(plan: DatasetPlan): string[] {
  return plan.images.map(({ path }) => path);
}

Deno.test("planCub200() lists every image once, in classes that their folders name", () => {
  const plan = planCub200(TUNING.cub200);
  const paths = linesOf(plan, "original/images.txt").map((line, i) => {
    const [id, path, ...rest] = line.split(" ");
    assertEquals([id, rest.length], [String(i + 1), 0]);
    return path!;
  });
  assertEquals(paths.map((path) => `original/images/${path}`), imagePaths(plan));
  assertEquals(new Set(paths).size, paths.length);
  const classes = linesOf(plan, "original/classes.txt").map((line) => line.split(" "));
  assertEquals(classes.length, 40);
  assertEquals(new Set(classes.map(([, folder]) => folder!.slice(4))).size, 40); // names are told apart
  linesOf(plan, "original/image_class_labels.txt").forEach((line, i) => {
    const [id, classId] = line.split(" ");
    const [folder] = paths[i]!.split("/");
    assertEquals([id, classes[Number(classId) - 1]], [String(i + 1), [classId!, folder!]]);
    assertEquals(folder!.slice(0, 3), classId!.padStart(3, "0"));
  });
  assertEquals(expectedCountsOf(plan, "original/expected_counts.json"), {
    train: { images: 24 * 12, classes: 24 },
    test: { images: 16 * 12, classes: 16 },
  });
});

Deno.test("planCub200() has a classification split across all classes, and a ._ file beside an image", () => {
  const plan = planCub200(TUNING.cub200);
  const labels = linesOf(plan, "original/image_class_labels.txt").map((line) => line.split(" ")[1]);
  const isTraining = linesOf(plan, "original/train_test_split.txt").map((line) =>
    line.split(" ")[1]
  );
  for (const flag of ["0", "1"]) {
    assertEquals(new Set(labels.filter((_, i) => isTraining[i] === flag)).size, 40);
  }
  const stray = plan.files.filter(({ path }) => path.includes("/._")).map(({ path }) => path);
  assertEquals(stray.length, 1);
  assert(imagePaths(plan).includes(stray[0]!.replace("/._", "/")));
});

/** File name, class and corners of each annotation, as the reader sees them. */
function annotationsOf(plan: DatasetPlan, path: string, nameField: string) {
  const annotations = parseMatlab(bytesOf(plan, path), path).get("annotations");
  assert(annotations?.kind === "struct");
  return annotations.elements.map((element) => {
    const name = element[nameField];
    assert(name?.kind === "char");
    const number = (field: string) => {
      const value = element[field];
      assert(value?.kind === "numeric" && value.data.length === 1);
      return value.data[0]!;
    };
    const corners = ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2"].map(number);
    return { name: name.text, classNumber: number("class"), corners };
  });
}

Deno.test("planCars196() annotates every image of the old layout in order, with boxes inside the picture", () => {
  const plan = planCars196(TUNING.cars196);
  const annotations = annotationsOf(plan, "original/cars_annos.mat", "relative_im_path");
  assertEquals(annotations.map(({ name }) => `original/${name}`), imagePaths(plan));
  assertEquals(annotations[0]!.name, "car_ims/000001.jpg");
  for (const { corners: [left, top, right, bottom] } of annotations) {
    assert(left! >= 1 && top! >= 1 && left! < right! && top! < bottom!);
  }
  const names = parseMatlab(bytesOf(plan, "original/cars_annos.mat"), "a").get("class_names");
  assert(names?.kind === "cell");
  const texts = names.cells.map((cell) => cell.kind === "char" ? cell.text : "");
  assertEquals([texts.length, new Set(texts).size], [40, 40]);
  assert(texts.some((text) => text.includes("/")), "a name has a slash, as in the original");
});

Deno.test("planCars196() has the same cars in the newer layout, split and numbered anew", () => {
  const old = annotationsOf(
    planCars196(TUNING.cars196),
    "original/cars_annos.mat",
    "relative_im_path",
  );
  const plan = planCars196(TUNING.cars196, "devkit");
  const train = annotationsOf(plan, "original/devkit/cars_train_annos.mat", "fname");
  const test = annotationsOf(plan, "original/cars_test_annos_withlabels.mat", "fname");
  const cars = (some: typeof old) => some.map((car) => `${car.classNumber} ${car.corners}`).sort();
  assertEquals(cars([...train, ...test]), cars(old));
  assertEquals([train[0]!.name, test[0]!.name], ["00001.jpg", "00001.jpg"]);
  assertEquals(imagePaths(plan), [
    ...train.map(({ name }) => `original/cars_train/${name}`),
    ...test.map(({ name }) => `original/cars_test/${name}`),
  ]);
  const inOrder = train.every(({ classNumber }, i) =>
    i === 0 || classNumber >= train[i - 1]!.classNumber
  );
  assert(!inOrder, "images are not sorted by class");
  assert(bytesOf(plan, "original/devkit/cars_meta.mat").length > 128);
});

Deno.test("planSop() numbers test classes after training classes and keeps categories in their folders", () => {
  const plan = planSop(TUNING.sop);
  const rows = (["Ebay_train", "Ebay_test"] as const).map((name) => {
    const [header, ...lines] = linesOf(plan, `original/${name}.txt`);
    assertEquals(header, "image_id class_id super_class_id path");
    return lines.map((line) => {
      const [image, classId, superClass, path] = line.split(" ");
      return { image: Number(image), classId: Number(classId), superClass, path: path! };
    });
  });
  const [train, test] = rows as [typeof rows[0], typeof rows[0]];
  const classesOf = (some: typeof train) => [...new Set(some.map(({ classId }) => classId))];
  assertEquals(classesOf(train), Array.from({ length: 48 }, (_, i) => i + 1));
  assertEquals(classesOf(test), Array.from({ length: 32 }, (_, i) => i + 49));
  const all = [...train, ...test];
  assertEquals(all.map(({ path }) => `original/${path}`), imagePaths(plan));
  assertEquals(all.map(({ image }) => image), all.map((_, i) => i + 1));
  assertEquals(
    new Set(all.map(({ superClass, path }) => `${superClass} ${path.split("/")[0]}`)).size,
    12,
  );
  const sizes = classesOf(train).map((id) => train.filter(({ classId }) => classId === id).length);
  assert(Math.min(...sizes) === 2 && Math.max(...sizes) === 8, "classes are uneven");
});

Deno.test("planInShop() pads its columns and splits by item, some of them with one image", () => {
  const plan = planInShop(TUNING.in_shop);
  const [rowCount, header, ...lines] = linesOf(plan, "list_eval_partition.txt");
  assertEquals([rowCount, header], [String(lines.length), "image_name item_id evaluation_status"]);
  assertEquals(new Set(lines.map((line) => line.indexOf(" id_"))).size, 1);
  const rows = lines.map((line) => line.split(/\s+/) as [string, string, string]);
  assertEquals(rows.map(([path]) => path), imagePaths(plan));
  const itemsOf = (split: string) =>
    Map.groupBy(rows.filter((row) => row[2] === split), ([, item]) => item);
  const [train, query, gallery] = ["train", "query", "gallery"].map(itemsOf);
  assertEquals([...query!.keys()].sort(), [...gallery!.keys()].sort());
  assertEquals([...train!.keys()].filter((item) => query!.has(item)), []);
  assertEquals([...train!.values()].filter((some) => some.length === 1).length, 2);
  for (const [path, item] of rows) assertEquals(path.split("/")[3], item);
  const counts = (items: Map<string, unknown[]>) => ({
    images: [...items.values()].flat().length,
    classes: items.size,
  });
  assertEquals(expectedCountsOf(plan, "expected_counts.json"), {
    train: counts(train!),
    query: counts(query!),
    gallery: counts(gallery!),
  });
});
