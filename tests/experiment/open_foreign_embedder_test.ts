import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { InputError } from "../../lib/errors.ts";
import { openForeignEmbedder } from "../../lib/experiment/open_foreign_embedder.ts";
import { isStoredWeights, readStoredWeights } from "../../lib/experiment/weights_file.ts";
import type { NamedTensor } from "../../lib/file/named_tensor.ts";
import { formatSafetensors } from "../../lib/file/safetensors.ts";
import { createEmbedder } from "../../lib/model/embedder.ts";
import { RESNET_MINI } from "../../lib/model/resnet_mini.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** Tensors of a network, renamed as the authors' program names them, with proxies of three classes. */
async function makeTensors(): Promise<
  { readonly own: NamedTensor[]; readonly theirs: NamedTensor[] }
> {
  const embedder = createEmbedder({ backbone: RESNET_MINI, embeddingSize: 8, seed: 3 });
  const own = await embedder.tensors.export();
  embedder.dispose();
  const theirs = own.map((tensor) => ({
    ...tensor,
    name: tensor.name.startsWith("head.")
      ? tensor.name.replace("head.", "feature_extractor.fc.")
      : `feature_extractor.backbone.${tensor.name}`,
  }));
  const proxies = { name: "proxies.proxies", shape: [3, 8], data: new Float32Array(24).fill(0.5) };
  return { own, theirs: [...theirs, proxies] };
}

testInFolder(
  "a network with the authors' names opens with its numbers and proxies",
  async (folder) => {
    await openBackend("cpu");
    const { own, theirs } = await makeTensors();
    const path = join(folder, "best_R1.safetensors");
    await Deno.writeFile(path, formatSafetensors(theirs));
    assertEquals(await isStoredWeights(path), false);
    const { embedder, proxies } = await openForeignEmbedder(path);
    assertEquals(await embedder.tensors.export(), own);
    assertEquals([embedder.backbone.name, embedder.embeddingSize], ["resnet_mini", 8]);
    assertEquals([proxies?.name, proxies?.shape, proxies?.data[0]], ["proxies", [3, 8], 0.5]);
    embedder.dispose();
    const { message } = await assertRejects(() => readStoredWeights(path), InputError);
    assertEquals(
      message,
      `${path}: Cannot evaluate checkpoint as its metadata must hold the configuration of its run: ` +
        "it holds nothing; weights that were made elsewhere are scored by eval --checkpoint FILE --dataset NAME",
    );
  },
);

testInFolder("a backbone alone, and a network of no backbone, are refused", async (folder) => {
  await openBackend("cpu");
  const { own, theirs } = await makeTensors();
  const path = join(folder, "x.safetensors");
  const messageOf = async (tensors: readonly NamedTensor[]) => {
    await Deno.writeFile(path, formatSafetensors(tensors));
    return (await assertRejects(() => openForeignEmbedder(path), InputError)).message;
  };
  assertEquals(
    await messageOf(own.filter(({ name }) => !name.startsWith("head."))),
    `${path}: Cannot use weights as a head (LayerNorm, BatchNorm, Linear) must be among them: ` +
      "it is resnet_mini alone; --frozen resnet_mini scores its features",
  );
  const rule =
    `${path}: Cannot use weights as they must be those of resnet50, bn_inception, deit_s, deit_ti, ` +
    "dino_vits16, dinov2_vits14, resnet_mini: ";
  assertEquals(
    await messageOf([{ name: "a", shape: [1], data: new Float32Array(1) }]),
    `${rule}they fit none`,
  );
  const cut = theirs.filter(({ name }) => name !== "feature_extractor.backbone.conv1.weight");
  assertEquals(
    await messageOf(cut),
    `${rule}resnet_mini: 1 missing: conv1.weight`,
  );
});
