/** `deno task convert`: original files to class folders. */

import { DATASET_NAMES, datasetsOfProfile, findDatasetOf } from "../lib/dataset/datasets.ts";
import { regenerateTables } from "../lib/results/tables/build_tables.ts";
import { convertOne } from "./command_line/convert_dataset.ts";
import { runTask } from "./command_line/run_task.ts";
import { readRoots, ROOT_FLAGS, rootsToWrite } from "./command_line/shared_flags.ts";
import { UsageError } from "../lib/errors.ts";

await runTask({
  task: "convert",
  folders: rootsToWrite,
  summary:
    "Puts the original files of a dataset into class folders, checks counts and every image, writes the manifest. " +
    "Profile photos: makes small photographs of a part of the original files, or takes them out of their zip file.",
  flags: [
    { name: "dataset", value: "NAME,...", help: `Datasets: ${DATASET_NAMES.join(", ")}, or all.` },
    ...ROOT_FLAGS,
  ],
  examples: [
    "deno task convert --dataset all",
    "deno task convert --dataset cub200 --profile paper",
    "deno task convert --dataset all --profile photos",
  ],
}, async (flags) => {
  const roots = readRoots(flags);
  const chosen = flags.choices("dataset", [...DATASET_NAMES, "all"]);
  if (!chosen) {
    throw new UsageError(
      `Cannot convert as --dataset must be one of ${DATASET_NAMES.join(", ")}, all: it is missing`,
    );
  }
  const names = datasetsOfProfile(roots.profile);
  const other = chosen.find((name) => name !== "all" && !names.includes(name));
  if (other !== undefined) findDatasetOf(roots.profile, other);
  for (const name of names) {
    if (chosen.includes("all") || chosen.includes(name)) await convertOne(name, roots);
  }
  await regenerateTables(roots.resultsRoot);
});
