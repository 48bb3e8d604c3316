/** `deno task embed`: embeddings of a folder of images. */

import { dirname } from "@std/path";
import { makeFolder, writeFileAtomic } from "../lib/file/atomic_write.ts";
import { describeSkipped } from "../lib/file/list_files.ts";
import { UsageError } from "../lib/errors.ts";
import { formatEmbeddings } from "../lib/eval/format_embeddings.ts";
import { formatNpy } from "../lib/file/npy.ts";
import { embedFolder } from "../lib/experiment/embed_folder.ts";
import { openChosenBackend } from "./command_line/open_chosen_backend.ts";
import { CHECKPOINT_FLAGS, readCheckpointPath } from "./command_line/checkpoint_flags.ts";
import type { Flags } from "./command_line/flags.ts";
import { runTask } from "./command_line/run_task.ts";
import { BACKEND_FLAGS, readRoots, ROOT_FLAGS } from "./command_line/shared_flags.ts";

await runTask({
  task: "embed",
  summary:
    "Embeds the images below a folder, in the order of their paths: PREFIX.npy [N, D] and PREFIX.csv.",
  flags: [
    ...CHECKPOINT_FLAGS,
    { name: "images", value: "DIR", help: "Folder of images, at any depth." },
    { name: "out", value: "PREFIX", help: "Where to write: PREFIX.npy and PREFIX.csv." },
    ...ROOT_FLAGS.filter(({ name }) => name === "results-root"),
    ...BACKEND_FLAGS,
  ],
  examples: [
    "deno task embed --checkpoint results/runs/ID/final.safetensors --images photos --out photos",
  ],
}, async (flags) => {
  const weightsPath = readCheckpointPath(flags, readRoots(flags).resultsRoot, "embed");
  const [imagesFolder, prefix] = [requireText(flags, "images"), requireText(flags, "out")];
  await openChosenBackend(flags);
  const { paths, embeddings, skipped } = await embedFolder({ weightsPath, imagesFolder });
  await makeFolder(dirname(prefix));
  const shape = [embeddings.rowCount, embeddings.columnCount];
  await writeFileAtomic(`${prefix}.npy`, formatNpy(embeddings.data, shape));
  await writeFileAtomic(`${prefix}.csv`, formatEmbeddings(paths, embeddings));
  const note = skipped.count > 0 ? `; ${describeSkipped(skipped)}` : "";
  console.log(
    `${prefix}.npy and ${prefix}.csv: ${shape[0]} images, ${shape[1]} numbers each${note}`,
  );
});

function requireText(flags: Flags, name: string): string {
  const text = flags.text(name);
  if (text !== undefined) return text;
  throw new UsageError(`Cannot embed as --${name} must be given: it is missing`);
}
