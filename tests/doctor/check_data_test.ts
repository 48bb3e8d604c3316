import { assertEquals, assertMatch } from "@std/assert";
import { DATASET_NAMES, datasetsOfProfile } from "../../lib/dataset/datasets.ts";
import { writeManifest } from "../../lib/dataset/manifest.ts";
import { checkDatasets } from "../../lib/doctor/check_datasets.ts";
import { checkWeights } from "../../lib/doctor/check_weights.ts";
import { needs } from "../support/permissions.ts";

const ROW = {
  classId: "a",
  imagePath: "class/train/a/1.png",
  width: 2,
  height: 2,
  sizeBytes: 9,
  sha256: "0".repeat(64),
};

Deno.test({
  name: "checkDatasets() tells missing, original, converted and damaged datasets apart",
  ignore: needs("read", "write"),
  async fn() {
    const root = await Deno.makeTempDir();
    for (const folder of ["mini/CUB200", "mini/CARS196/original", "mini/SOP", "CUB200", "photos"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    const rows = [{ ...ROW, split: "train" as const }, { ...ROW, split: "test" as const }];
    await writeManifest(`${root}/mini/CUB200`, rows);
    await Deno.mkdir(`${root}/mini/CUB200/class/train/a`, { recursive: true });
    await Deno.writeTextFile(`${root}/mini/CUB200/${ROW.imagePath}`, "123456789");
    await writeManifest(`${root}/CUB200`, rows);
    await Deno.writeTextFile(`${root}/mini/SOP/manifest.csv`, "no header\n");
    await Deno.writeTextFile(`${root}/photos/cars_112px.zip`, "photographs");
    const reports = await checkDatasets(root);
    assertEquals(reports.length, 2 * DATASET_NAMES.length + datasetsOfProfile("photos").length);
    const found = reports.filter(({ state }) => state !== "missing");
    assertEquals(found.map(({ profile, name, state }) => `${profile} ${name} ${state}`), [
      "mini cub200 converted",
      "mini cars196 original",
      "mini sop damaged",
      "photos cars196 original",
      "paper cub200 damaged",
    ]);
    assertEquals(reports[0]!.counts, {
      train: { imageCount: 1, classCount: 1 },
      test: { imageCount: 1, classCount: 1 },
    });
    assertMatch(reports[2]!.problem!, /manifest\.csv:1: Cannot accept manifest/);
    assertEquals(
      found[4]!.problem,
      "it has train 1 of 1, test 1 of 1, published are train 5864 of 100, test 5924 of 100",
    );
    await Deno.remove(`${root}/mini/CUB200/${ROW.imagePath}`);
    const [changed] = await checkDatasets(root);
    assertEquals([changed!.state, changed!.problem], [
      "damaged",
      `${root}/mini/CUB200/${ROW.imagePath}: the file must exist: it is missing`,
    ]);
  },
});

Deno.test({
  name: "checkWeights() lists files by name, and knows published names",
  ignore: needs("read", "write"),
  async fn() {
    const root = await Deno.makeTempDir();
    assertEquals(await checkWeights(root), []);
    const folder = `${root}/weights`;
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/resnet50-0676ba61.pth`, "1234");
    await Deno.writeTextFile(`${folder}/mine.safetensors`, "12");
    assertEquals(await checkWeights(root), [
      { path: `${folder}/mine.safetensors`, sizeBytes: 2, backbone: null },
      { path: `${folder}/resnet50-0676ba61.pth`, sizeBytes: 4, backbone: "resnet50" },
    ]);
  },
});
