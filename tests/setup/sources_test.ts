import { assertEquals, assertMatch } from "@std/assert";
import settings from "../../deno.json" with { type: "json" };
import { DATASET_NAMES, findDataset } from "../../lib/dataset/datasets.ts";
import { DATASET_SOURCES } from "../../lib/setup/dataset_sources.ts";
import { WEIGHTS_SOURCES } from "../../lib/setup/weights_sources.ts";

const SOURCES = [...DATASET_SOURCES, ...WEIGHTS_SOURCES];

Deno.test("every dataset has its source, with the checksums that the facts state", () => {
  assertEquals(DATASET_SOURCES.map(({ name }) => name), [...DATASET_NAMES]);
  const facts = DATASET_SOURCES.flatMap(({ files }) =>
    files.map(({ fileName, md5 }) => [fileName, md5 ?? null])
  );
  assertEquals(Object.fromEntries(facts), {
    "CUB_200_2011.tgz": "97eceeb196236b17998738112f37df78",
    "car_ims.tgz": "d5c8f0aa497503f355e17dc7886c3f14",
    "cars_annos.mat": "b407c6086d669747186bd1d764ff9dbc",
    "Stanford_Online_Products.zip": "7f73d41a2f44250d4779881525aea32e",
    "img.zip": null,
    "list_eval_partition.txt": null,
  });
});

Deno.test("what is fetched lies where the reader of its dataset looks", () => {
  for (const { name, files } of DATASET_SOURCES) {
    const { folder, isInPlace, landmarks } = findDataset(name as typeof DATASET_NAMES[number]);
    for (const file of files) {
      assertEquals(file.folder, isInPlace ? folder : `${folder}/original`);
    }
    const made = files.map(({ unpack, fileName }) =>
      unpack === undefined ? fileName : `${unpack}/`
    );
    assertEquals(
      landmarks.some((path) => made.some((start) => path.startsWith(start))),
      true,
      name,
    );
  }
});

Deno.test("five networks have published weights to fetch, known by the digits of their SHA-256", () => {
  assertEquals(WEIGHTS_SOURCES.map(({ name }) => name), [
    "resnet50",
    "bn_inception",
    "deit_s",
    "deit_ti",
    "dinov2_vits14",
  ]);
  for (const { files } of WEIGHTS_SOURCES) assertMatch(files[0]!.sha256!, /^[0-9a-f]{8,64}$/);
});

Deno.test("fetch may ask the hosts of its sources, those that they redirect to, and no others", () => {
  const hosts = SOURCES.flatMap(({ files }) =>
    files.flatMap(({ addresses }) => addresses.map(({ url }) => new URL(url).host))
  );
  /** Where Hugging Face's large files lie. */
  const redirected = ["cas-bridge.xethub.hf.co", "cdn-lfs.huggingface.co"];
  assertEquals(
    [...settings.permissions.fetch.net].sort(),
    [
      ...new Set([...hosts, ...redirected]),
    ].sort(),
  );
});
