import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { InputError } from "../../lib/errors.ts";
import { embedFolder } from "../../lib/experiment/embed_folder.ts";
import { writeStoredWeights } from "../../lib/experiment/weights_file.ts";
import { createEmbedder } from "../../lib/model/embedder.ts";
import { findBackbone } from "../../lib/model/registry.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  withFolder,
  writeImage,
  writeText,
} from "../support/tiny_originals.ts";
import { smallConfig } from "../support/train_config.ts";

async function writeTinyWeights(path: string): Promise<void> {
  const config = smallConfig();
  const { embeddingSize, seed } = config;
  const backbone = findBackbone(config.backbone);
  const embedder = createEmbedder({ backbone, embeddingSize, seed });
  await writeStoredWeights(path, embedder, { config, epoch: 0, selection: "final" });
  embedder.dispose();
}

function testEmbedding(name: string, run: (folder: string) => Promise<void>): void {
  const fn = () =>
    withFolder(async (folder) => {
      await openBackend("cpu");
      await run(folder);
    });
  Deno.test({ name, ignore: needs(...IMAGE_PERMISSIONS), fn });
}

testEmbedding(
  "images are embedded in the order of their paths, each as if alone",
  async (folder) => {
    const [weightsPath, imagesFolder] = [join(folder, "w.safetensors"), join(folder, "images")];
    await writeTinyWeights(weightsPath);
    for (const [i, path] of ["b.jpg", "a/z.jpg", "a.jpg"].entries()) {
      await writeImage(join(imagesFolder, path), i + 1);
    }
    await writeImage(join(folder, "alone/b.jpg"), 1);
    const { paths, embeddings } = await embedFolder({ weightsPath, imagesFolder });
    assertEquals(paths, ["a.jpg", "a/z.jpg", "b.jpg"]);
    assertEquals([embeddings.rowCount, embeddings.columnCount], [3, 8]);
    const alone = await embedFolder({ weightsPath, imagesFolder: join(folder, "alone") });
    assertEquals(embeddings.data.slice(16), alone.embeddings.data);
  },
);

testEmbedding("unreadable files are all named and nothing is embedded", async (folder) => {
  const [weightsPath, imagesFolder] = [join(folder, "w.safetensors"), join(folder, "images")];
  await writeTinyWeights(weightsPath);
  for (const i of [1, 2]) await writeImage(join(imagesFolder, `${i}.jpg`), i);
  await writeText(join(imagesFolder, "notes.txt"), "no image");
  await writeText(join(imagesFolder, "deep/empty.png"), "");
  assertEquals(
    await inputErrorOf(() => embedFolder({ weightsPath, imagesFolder }), folder),
    "ROOT/images: Cannot embed images as every file must be a whole image: 2 of 4 are not: deep/empty.png, notes.txt; " +
      "the first: Cannot decode image as the file must not be empty: it has 0 bytes",
  );
  const none = { weightsPath, imagesFolder: join(folder, "none") };
  await Deno.mkdir(none.imagesFolder);
  const error = await assertRejects(() => embedFolder(none), InputError);
  assertEquals(error.message.endsWith("as the folder must hold some: there is none"), true);
});
