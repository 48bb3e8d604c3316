/** `deno task fixtures`: draws the miniature datasets. */

import { DATASET_NAMES } from "../lib/dataset/datasets.ts";
import { drawMiniatures } from "./command_line/draw_miniatures.ts";
import { runTask } from "./command_line/run_task.ts";

await runTask({
  task: "fixtures",
  folders: (flags) => [{ path: flags.text("data-root") ?? "data", use: "write" }],
  summary: "Draws miniature versions of the datasets in their original layouts, below data/mini.",
  flags: [
    {
      name: "dataset",
      value: "NAME,...",
      help: `Datasets: ${DATASET_NAMES.join(", ")}; default all.`,
    },
    { name: "data-root", value: "DIR", help: "Folder of the datasets; default data." },
  ],
  examples: ["deno task fixtures", "deno task fixtures --dataset cub200"],
}, async (flags) => {
  const dataRoot = flags.text("data-root") ?? "data";
  const drawn = await drawMiniatures(dataRoot, flags.choices("dataset", DATASET_NAMES));
  for (const { dataset, imageCount, isDrawn } of drawn) {
    console.log(`${dataset}: ${imageCount} images ${isDrawn ? "drawn" : "are there already"}`);
  }
});
