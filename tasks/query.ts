/** `deno task query`: what a trained network finds for one image. */

import { dirname, join } from "@std/path";
import { UsageError } from "../lib/errors.ts";
import { queryGallery } from "../lib/experiment/query_gallery.ts";
import { makeFolder, writeFileAtomic } from "../lib/file/atomic_write.ts";
import { escapeControls } from "../lib/file/quote_text.ts";
import { CHECKPOINT_FLAGS, readCheckpointPath } from "./command_line/checkpoint_flags.ts";
import type { Flags } from "./command_line/flags.ts";
import { openChosenBackend } from "./command_line/open_chosen_backend.ts";
import { runTask } from "./command_line/run_task.ts";
import { BACKEND_FLAGS, readRoots, ROOT_FLAGS } from "./command_line/shared_flags.ts";

const DEFAULT_COUNT = 8;

await runTask({
  task: "query",
  summary: "Finds the images below a folder that are nearest to an image, prints and draws them.",
  flags: [
    ...CHECKPOINT_FLAGS,
    { name: "gallery", value: "DIR", help: "Folder of images to search, at any depth." },
    { name: "image", value: "FILE", help: "Image to look for." },
    { name: "count", value: "N", help: `Images to find; default ${DEFAULT_COUNT}.` },
    { name: "out", value: "FILE", help: "Where to draw them; default query.svg in the results." },
    ...ROOT_FLAGS.filter(({ name }) => name === "results-root"),
    ...BACKEND_FLAGS,
  ],
  examples: [
    "deno task query --checkpoint results/runs/ID/final.safetensors --gallery photos --image bird.jpg",
  ],
}, async (flags) => {
  const { resultsRoot } = readRoots(flags);
  const weightsPath = readCheckpointPath(flags, resultsRoot, "query");
  const [gallery, image] = [requireText(flags, "gallery"), requireText(flags, "image")];
  const count = flags.number("count", { minimum: 1, maximum: 100, isInteger: true }) ??
    DEFAULT_COUNT;
  const target = flags.text("out") ?? join(resultsRoot, "query.svg");
  await openChosenBackend(flags);
  const found = await queryGallery({ weightsPath, gallery, image, count });
  await makeFolder(dirname(target));
  await writeFileAtomic(target, found.sheet);
  for (const [rank, { imagePath, similarity }] of found.neighbors.entries()) {
    console.log(
      `${String(rank + 1).padStart(3)}  ${similarity.toFixed(4)}  ${escapeControls(imagePath)}`,
    );
  }
  console.log(
    `${target}: the nearest of ${found.galleryCount} images${found.note && `; ${found.note}`}`,
  );
});

function requireText(flags: Flags, name: string): string {
  const text = flags.text(name);
  if (text !== undefined) return text;
  throw new UsageError(`Cannot query as --${name} must be given: it is missing`);
}
