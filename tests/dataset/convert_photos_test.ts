import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { zipSync } from "fflate";
import type { ConversionSummary } from "../../lib/dataset/conversion.ts";
import { convertPhotos } from "../../lib/dataset/convert_photos.ts";
import { CUB200, readCub200 } from "../../lib/dataset/cub200.ts";
import { datasetsOfProfile, findDatasetOf } from "../../lib/dataset/datasets.ts";
import type { DatasetDefinition } from "../../lib/dataset/definition.ts";
import { readManifest } from "../../lib/dataset/manifest.ts";
import { UsageError } from "../../lib/errors.ts";
import { decodeImage } from "../../lib/file/image/decode.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  withFolder,
  writeImage,
  writeTinyCub,
} from "../support/tiny_originals.ts";

const ignore = needs(...IMAGE_PERMISSIONS);

/** CUB whose photographs are those of the first three classes of the tiny one: one trains. */
const TINY: DatasetDefinition<"cub200"> = {
  ...CUB200,
  photos: {
    ...CUB200.photos!,
    counts: {
      train: { imageCount: 2, classCount: 1 },
      test: { imageCount: 4, classCount: 2 },
    },
    read: (options) => readCub200({ ...options, trainClassCount: 1 }, 3),
  },
};
const FILES = [
  "train/001.Auk/bird_1.jpg",
  "train/001.Auk/bird_2.jpg",
  "test/002.Wren/bird_3.jpg",
  "test/002.Wren/bird_4.jpg",
  "test/003.Gull/bird_5.jpg",
  "test/003.Gull/bird_6.jpg",
];

function convert(root: string): Promise<ConversionSummary> {
  const folder = join(root, "photos/CUB200");
  return convertPhotos({ definition: TINY, dataRoot: root, folder });
}

/** Writes the zip file of photographs; `seed` decides what they show. */
async function writeZip(root: string, names: readonly string[], seed = 1): Promise<void> {
  const entries: Record<string, Uint8Array> = {};
  for (const [i, name] of names.entries()) {
    await writeImage(join(root, "drawn.jpg"), seed + i);
    entries[name] = await Deno.readFile(join(root, "drawn.jpg"));
  }
  await Deno.mkdir(join(root, "photos"), { recursive: true });
  await Deno.writeFile(join(root, "photos/cub_first50_112px.zip"), zipSync(entries));
}

async function manifestOf(root: string) {
  return (await readManifest(join(root, "photos/CUB200")))!.rows;
}

Deno.test({
  name: "both roads, zip file and published files, end in the same names, classes and splits",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      await writeTinyCub(join(root, "CUB200/original"));
      const made = await convert(root);
      assertEquals([made.isUnchanged, made.madeOf], [false, join(root, "CUB200/original")]);
      assertEquals(made.counts, TINY.photos!.counts);
      const ofPublished = await manifestOf(root);
      assertEquals(ofPublished.map(({ imagePath }) => imagePath), FILES.map((f) => `class/${f}`));
      const { width, height } = await decodeImage(
        join(root, "photos/CUB200/class/train/001.Auk/bird_1.jpg"),
      );
      assertEquals([width, height], [12, 8]); // smaller than 112 as published

      await writeZip(root, FILES);
      const unpacked = await convert(root);
      assertEquals(unpacked.madeOf, join(root, "photos/cub_first50_112px.zip"));
      const ofZip = await manifestOf(root);
      const place = ({ split, classId, imagePath }: typeof ofZip[number]) => [
        split,
        classId,
        imagePath,
      ];
      assertEquals(ofZip.map(place), ofPublished.map(place));
    }),
});

Deno.test({
  name:
    "convertPhotos() does nothing twice, makes a changed photograph again, and follows a changed zip file",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      await writeZip(root, FILES);
      await convert(root);
      const before = await manifestOf(root);
      assertEquals((await convert(root)).isUnchanged, true);
      const path = join(root, "photos/CUB200/class", FILES[3]!);
      const bytes = await Deno.readFile(path);
      bytes[bytes.length - 3]! ^= 1; // same size
      await Deno.writeFile(path, bytes);
      assertEquals((await convert(root)).isUnchanged, false);
      assertEquals(await manifestOf(root), before);
      await writeZip(root, FILES, 2);
      assertEquals((await convert(root)).isUnchanged, false);
      assertEquals((await manifestOf(root))[1]!.sha256 === before[1]!.sha256, false);
      await Deno.remove(join(root, "photos/cub_first50_112px.zip"));
      assertEquals((await convert(root)).isUnchanged, true);
    }),
});

Deno.test({
  name:
    "convertPhotos() refuses what is missing, has other counts or lies elsewhere, and writes nothing then",
  ignore,
  fn: () =>
    withFolder(async (root) => {
      const zip = "ROOT/photos/cub_first50_112px.zip";
      assertEquals(
        await inputErrorOf(() => convert(root), root),
        `${zip}: Cannot convert cub200 as photographs must be made of it or of published files: both are missing; ` +
          "put cub_first50_112px.zip into photos, or download CUB-200-2011 (CUB_200_2011.tgz) and unpack it in " +
          "CUB200/original below the data root",
      );
      await writeZip(root, FILES.slice(0, 5));
      assertEquals(
        await inputErrorOf(() => convert(root), root),
        `${zip}: Cannot convert cub200 as test must have 4 images of 2 classes: it has 3 of 2 (1 image missing)`,
      );
      await writeZip(root, [...FILES, "train/../../bird.jpg"]);
      assertEquals(
        await inputErrorOf(() => convert(root), root),
        `${zip}: Cannot unpack photographs as its files must be train/CLASS/FILE and test/CLASS/FILE: ` +
          'it is "train/../../bird.jpg"',
      );
      assertEquals([...Deno.readDirSync(join(root, "photos"))].map(({ name }) => name), [
        "cub_first50_112px.zip",
      ]);
    }),
});

Deno.test("profile photos has CUB and Cars196 alone, and says so of another", () => {
  assertEquals(datasetsOfProfile("photos"), ["cub200", "cars196"]);
  assertEquals(datasetsOfProfile("paper"), ["cub200", "cars196", "sop", "in_shop"]);
  const error = assertThrows(() => findDatasetOf("photos", "sop"), UsageError);
  assertEquals(
    error.message,
    "Cannot use dataset as profile photos must have it, cub200 or cars196: it is sop",
  );
});
