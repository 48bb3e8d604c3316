import { assertEquals } from "@std/assert";
import type { NamedTensor } from "../../../lib/file/named_tensor.ts";
import { headSpecs } from "../../../lib/model/head.ts";
import { RESNET_MINI } from "../../../lib/model/resnet_mini.ts";
import { fitWeights } from "../../../lib/model/weights/fit_weights.ts";
import { splitNetwork } from "../../../lib/model/weights/split_network.ts";

const tensor = (name: string, shape: readonly number[]): NamedTensor => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((product, extent) => product * extent, 1)),
});
const BACKBONE = RESNET_MINI.specs.map(({ name, shape }) => tensor(name, shape));
const HEAD = headSpecs(RESNET_MINI.featureCount, 8).map(({ name, shape }) => tensor(name, shape));
const PROXIES = tensor("proxies", [5, 8]);
const named = (tensors: readonly NamedTensor[], rename: (name: string) => string) =>
  tensors.map((tensor) => ({ ...tensor, name: rename(tensor.name) }));
const namesOf = (tensors: readonly NamedTensor[]) => tensors.map(({ name }) => name);

/** Names as the authors' program saves them, and as others do. */
const FILES: Readonly<Record<string, readonly NamedTensor[]>> = {
  "the authors' best_R1.pth": [
    ...named(HEAD, (name) => name.replace("head.", "feature_extractor.fc.")),
    tensor("feature_extractor.fc.1.num_batches_tracked", []),
    ...named(BACKBONE, (name) => `feature_extractor.backbone.${name}`),
    ...named([PROXIES], () => "proxies.proxies"),
  ],
  "the same within another module": [
    ...named(HEAD, (name) => name.replace("head.", "net.model.feature_extractor.fc.")),
    ...named(BACKBONE, (name) => `net.model.feature_extractor.backbone.model.${name}`),
    ...named([PROXIES], () => "net.model.proxies.proxies"),
  ],
  "this project's names": [...BACKBONE, ...HEAD, PROXIES],
};

for (const [file, tensors] of Object.entries(FILES)) {
  Deno.test(`backbone, head and proxies are told apart: ${file}`, () => {
    const parts = splitNetwork(RESNET_MINI, tensors);
    assertEquals(namesOf(parts.backbone), namesOf(BACKBONE));
    assertEquals(namesOf(parts.head), namesOf(HEAD));
    assertEquals([parts.proxies?.name, parts.proxies?.shape], ["proxies", [5, 8]]);
    assertEquals(parts.others, []);
    assertEquals(fitWeights(RESNET_MINI, tensors).problems, []);
  });
}

Deno.test("what belongs to none of the parts is a problem, by its own name", () => {
  const tensors = [...FILES["the authors' best_R1.pth"]!, tensor("criterion.weight", [3])];
  assertEquals(fitWeights(RESNET_MINI, tensors).problems, ["1 unexpected: criterion.weight"]);
  const twice = [
    ...named(BACKBONE, (name) => `student.${name}`),
    ...named(BACKBONE, (name) => `teacher.${name}`),
  ];
  const [problem] = fitWeights(RESNET_MINI, twice).problems;
  assertEquals(problem!.startsWith(`${BACKBONE.length} unexpected: teacher.`), true);
});

Deno.test("a head of another width is no head, and two sets of proxies are none", () => {
  const wide = headSpecs(RESNET_MINI.featureCount + 1, 8).map(({ name, shape }) =>
    tensor(name, shape)
  );
  assertEquals(splitNetwork(RESNET_MINI, [...BACKBONE, ...wide]).head, []);
  const two = [...BACKBONE, ...HEAD, PROXIES, tensor("old.proxies", [5, 8])];
  assertEquals(splitNetwork(RESNET_MINI, two).proxies, null);
});
