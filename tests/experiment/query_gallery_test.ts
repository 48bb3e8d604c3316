import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { embedFolder } from "../../lib/experiment/embed_folder.ts";
import { queryGallery } from "../../lib/experiment/query_gallery.ts";
import { writeStoredWeights } from "../../lib/experiment/weights_file.ts";
import { createEmbedder } from "../../lib/model/embedder.ts";
import { findBackbone } from "../../lib/model/registry.ts";
import { assertAllClose } from "../support/close.ts";
import { needs } from "../support/permissions.ts";
import {
  IMAGE_PERMISSIONS,
  inputErrorOf,
  withFolder,
  writeImage,
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

function testQuery(name: string, run: (folder: string) => Promise<void>): void {
  const fn = () =>
    withFolder(async (folder) => {
      await openBackend("cpu");
      await run(folder);
    });
  Deno.test({ name, ignore: needs(...IMAGE_PERMISSIONS), fn });
}

testQuery(
  "the nearest images are those of the highest cosine, without the query itself",
  async (folder) => {
    const [weightsPath, gallery] = [join(folder, "w.safetensors"), join(folder, "gallery")];
    await writeTinyWeights(weightsPath);
    const paths = ["a/1.jpg", "a/2.jpg", "b/3.jpg", "4.jpg"];
    for (const [i, path] of paths.entries()) await writeImage(join(gallery, path), i + 1);
    const image = join(gallery, "a/2.jpg");
    const result = await queryGallery({ weightsPath, gallery, image, count: 2 });

    const all = await embedFolder({ weightsPath, imagesFolder: gallery });
    const rowOf = (path: string) => {
      const at = all.paths.indexOf(path) * all.embeddings.columnCount;
      return [...all.embeddings.data.subarray(at, at + all.embeddings.columnCount)];
    };
    const query = rowOf("a/2.jpg");
    const cosines = paths.filter((path) => path !== "a/2.jpg").map((path) => ({
      path,
      cosine: rowOf(path).reduce((sum, value, i) => sum + value * query[i]!, 0),
    })).toSorted((a, b) => b.cosine - a.cosine);
    assertEquals(
      result.neighbors.map(({ imagePath }) => imagePath),
      cosines.slice(0, 2).map(({ path }) => path),
    );
    assertAllClose(
      result.neighbors.map(({ similarity }) => similarity),
      cosines.slice(0, 2).map(({ cosine }) => cosine),
      1e-5,
    );
    assertEquals([result.galleryCount, result.note], [4, "the query itself is left out"]);
    assertEquals(result.sheet.match(/<image /g)?.length, 3);
    assert(!result.sheet.includes("class of the query"), "no class of the query is known");
  },
);

testQuery(
  "an image outside of the gallery finds all of it, and a gallery of the query alone is refused",
  async (folder) => {
    const [weightsPath, gallery] = [join(folder, "w.safetensors"), join(folder, "gallery")];
    await writeTinyWeights(weightsPath);
    await writeImage(join(gallery, "only.jpg"), 1);
    await writeImage(join(folder, "query.jpg"), 2);
    const options = { weightsPath, gallery, count: 8 };
    const result = await queryGallery({ ...options, image: join(folder, "query.jpg") });
    assertEquals(result.neighbors.map(({ imagePath, classId }) => [imagePath, classId]), [[
      "only.jpg",
      "only.jpg",
    ]]);
    assertEquals(
      await inputErrorOf(
        () => queryGallery({ ...options, image: join(gallery, "only.jpg") }),
        folder,
      ),
      "ROOT/gallery: Cannot query gallery as it must hold another image than the query: it holds 1",
    );
  },
);
