/** `deno task export`: a trained network for other programs. */

import { dirname } from "@std/path";
import { UsageError } from "../lib/errors.ts";
import { EXPORT_FORMATS, exportWeights } from "../lib/experiment/export_weights.ts";
import { makeFolder, writeFileAtomic } from "../lib/file/atomic_write.ts";
import { CHECKPOINT_FLAGS, readCheckpointPath } from "./command_line/checkpoint_flags.ts";
import { runTask } from "./command_line/run_task.ts";
import { readRoots, ROOT_FLAGS } from "./command_line/shared_flags.ts";

await runTask({
  task: "export",
  summary:
    "Writes the network of a run as a model: images [batch, 3, S, S] to embeddings [batch, D] of unit length. " +
    "Its metadata tells how images are prepared.",
  flags: [
    ...CHECKPOINT_FLAGS,
    { name: "to", value: "NAME", help: `Format: ${EXPORT_FORMATS.join(", ")}.` },
    { name: "out", value: "FILE", help: "Where to write; default beside the weights." },
    ...ROOT_FLAGS.filter(({ name }) => name === "results-root"),
  ],
  examples: [
    "deno task export --run mini-cub200-full-proxy_an-resnet_mini-published-s2024-1f0c9a3b --to onnx",
    "deno task export --checkpoint results/runs/ID/final.safetensors --to onnx --out model.onnx",
  ],
}, async (flags) => {
  const path = readCheckpointPath(flags, readRoots(flags).resultsRoot, "export");
  const format = flags.choice("to", EXPORT_FORMATS);
  if (format === undefined) {
    throw new UsageError(
      `Cannot export as --to must be one of ${EXPORT_FORMATS.join(", ")}: it is missing`,
    );
  }
  const target = flags.text("out") ?? `${path.replace(/\.safetensors$/, "")}.${format}`;
  const { bytes, metadata } = await exportWeights(path);
  await makeFolder(dirname(target));
  await writeFileAtomic(target, bytes);
  for (const [key, value] of Object.entries(metadata)) console.log(`${key.padEnd(16)} ${value}`);
  console.log(`${target}: ${bytes.length} bytes`);
});
