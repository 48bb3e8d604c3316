import { assertEquals } from "@std/assert";
import { parse } from "yaml";
import { formatCroissant, listUsedDatasets } from "../../../lib/results/records/croissant.ts";
import { formatRunCrate } from "../../../lib/results/records/run_crate.ts";
import { needs } from "../../support/permissions.ts";
import { syntheticGrid, syntheticRow } from "../synthetic_rows.ts";

interface Entity {
  readonly "@id": string;
  readonly "@type": string;
  readonly [property: string]: unknown;
}

const parseGraph = (text: string) => JSON.parse(text)["@graph"] as Entity[];

/** Every `{ "@id": ... }` that stands for another entity. */
function listReferences(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(listReferences);
  if (value === null || typeof value !== "object") return [];
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === "@id") return [entries[0]![1] as string];
  return entries.flatMap(([, entry]) => listReferences(entry));
}

const WEIGHTS = { weights_hash: "ab".repeat(32), weights_name: "resnet50-0676ba61.pth" };

Deno.test("the record of runs has an action a run, and describes everything that it refers to", () => {
  const rows = [
    ...syntheticGrid().rows,
    syntheticRow({ ...WEIGHTS, profile: "paper", commit: "c0".repeat(20) }),
  ];
  const graph = parseGraph(formatRunCrate(rows));
  const ids = graph.map((entity) => entity["@id"]);
  assertEquals(new Set(ids).size, ids.length);
  const elsewhere = ["https://w3id.org/ro/crate/1.1", "https://spdx.org/licenses/MIT"];
  const missing = graph.flatMap(listReferences).filter((id) =>
    !ids.includes(id) && !elsewhere.includes(id)
  );
  assertEquals(missing, []);
  const actions = graph.filter((entity) => entity["@type"] === "CreateAction");
  assertEquals(actions.length, new Set(rows.map(({ run_id }) => run_id)).size);
  const root = graph.find((entity) => entity["@id"] === "./")!;
  assertEquals(root.conformsTo, { "@id": "https://w3id.org/ro/wfrun/process/0.5" });
  assertEquals(root.mentions, actions.map((action) => ({ "@id": action["@id"] })));
  const withWeights = actions.find((action) => (action.object as unknown[]).length === 2)!;
  assertEquals((withWeights.object as unknown[])[1], { "@id": `#weights-${WEIGHTS.weights_hash}` });
});

Deno.test("the record of no runs is a record", () => {
  const graph = parseGraph(formatRunCrate([]));
  assertEquals(graph.map((entity) => entity["@id"]), [
    "ro-crate-metadata.json",
    "./",
    "https://w3id.org/ro/wfrun/process/0.5",
  ]);
});

Deno.test("a dataset is described as it was used: its manifest by hash, its fields by column", () => {
  const used = listUsedDatasets([
    syntheticRow(),
    syntheticRow({ seed: 1 }),
    syntheticRow({ data_hash: "e1".repeat(32) }),
  ]);
  assertEquals(used.map(({ data_hash }) => data_hash.slice(0, 4)), ["d0d0", "e1e1"]);
  const croissant = JSON.parse(formatCroissant(used[0]!));
  assertEquals(croissant["dct:conformsTo"], "http://mlcommons.org/croissant/1.0");
  assertEquals(croissant.distribution[0].sha256, "d0".repeat(32));
  assertEquals(
    croissant.recordSet[0].field.map((field: { source: { extract: { column: string } } }) =>
      field.source.extract.column
    ).join(),
    "split,class_id,image_path,width,height,size_bytes,sha256", // the columns of manifest.csv
  );
  assertEquals(croissant.description.includes("not the published dataset"), true);
  const paper = JSON.parse(formatCroissant({ ...used[0]!, profile: "paper" }));
  assertEquals(
    paper.description.includes("CUB_200_2011.tgz (MD5 97eceeb196236b17998738112f37df78)"),
    true,
  );
  assertEquals(paper.license, undefined); // its publisher's terms are not ours to state
  const photos = JSON.parse(formatCroissant({ ...used[0]!, profile: "photos" }));
  assertEquals(
    photos.description,
    "CUB, first 50 classes, 112 px: a part of the photographs of CUB-200-2011, cut and reduced, made of " +
      "CUB_200_2011.tgz (MD5 97eceeb196236b17998738112f37df78); its terms are its publisher's.",
  );
});

Deno.test({
  name: "the citation file names the version and licence of the package",
  ignore: needs("read"),
  async fn() {
    const citation = parse(
      await Deno.readTextFile(new URL("../../../CITATION.cff", import.meta.url)),
    );
    const { version, license } = JSON.parse(
      await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)),
    );
    assertEquals([citation.version, citation.license], [version, license]);
    assertEquals(citation.references[0].doi, "10.1016/j.neunet.2025.108254");
  },
});
