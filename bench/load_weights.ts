/**
 * Seconds and memory of loading weights of about 100 MB into ResNet-50, from every kind of file.
 *
 * Command: deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys --allow-run \
 *   bench/load_weights.ts
 *
 * PyTorch writes the files (random ResNet-50 shapes); without it, only safetensors are measured. Each load is one process.
 */
// deno-lint-ignore-file no-console

import { parseArgs } from "@std/cli";
import { findPython } from "./peers/find_python.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { hashFile } from "../lib/file/hash.ts";
import { createEmbedder } from "../lib/model/embedder.ts";
import { RESNET50 } from "../lib/model/resnet50.ts";
import { requireFit } from "../lib/model/weights/fit_weights.ts";
import { readWeights } from "../lib/model/weights/read_weights.ts";
import { formatSafetensors } from "../lib/file/safetensors.ts";
import { RandomStream } from "../lib/random_stream.ts";
import type { NamedTensor } from "../lib/file/named_tensor.ts";

const CONVERT = `
import sys, torch
from safetensors.torch import load_file
state = load_file(sys.argv[1])
torch.save(state, sys.argv[2])
torch.save(state, sys.argv[3], _use_new_zipfile_serialization=False)
`;

function drawTensors(): NamedTensor[] {
  const stream = RandomStream.named(1, "bench");
  return RESNET50.specs.map(({ name, shape }) => {
    const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    return { name, shape, data: data.map(() => stream.nextFloat()) };
  });
}

/** Memory that the process holds now, in MB. */
function residentMegabytes(): number {
  return Math.round(Deno.memoryUsage().rss / 1e6);
}

async function measure(path: string): Promise<void> {
  const fileMegabytes = Math.round((await Deno.stat(path)).size / 1e6);
  const before = residentMegabytes();
  const start = performance.now();
  const tensors = requireFit(RESNET50, (await readWeights(path)).tensors, path);
  const read = performance.now();
  const held = residentMegabytes() - before;
  await hashFile(path);
  const hashed = performance.now();
  await openBackend("wasm");
  const embedder = createEmbedder({ backbone: RESNET50, embeddingSize: 512, seed: 1 });
  const created = performance.now();
  embedder.loadBackbone(tensors, path);
  const loaded = performance.now();
  const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(2);
  console.log(
    `${path.split("/").at(-1)}: ${fileMegabytes} MB; read and check ${seconds(start, read)} s ` +
      `(+${held} MB), SHA-256 ${seconds(read, hashed)} s, into the network ${
        seconds(created, loaded)
      } s`,
  );
}

const args = parseArgs(Deno.args, { string: ["file"] });
if (args.file) {
  await measure(String(args.file));
} else {
  const folder = await Deno.makeTempDir();
  const paths = ["weights.safetensors", "zip.pth", "legacy.pth"].map((name) => `${folder}/${name}`);
  try {
    await Deno.writeFile(paths[0]!, formatSafetensors(drawTensors()));
    const python = new Deno.Command(findPython(), {
      args: ["-c", CONVERT, ...paths],
    });
    const { success } = await python.output().catch(() => ({ success: false }));
    if (!success) console.log("Only safetensors are measured as PyTorch is not there");
    for (const path of success ? paths : paths.slice(0, 1)) {
      const self = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", import.meta.filename!, "--file", path],
        stdout: "inherit",
      });
      await self.output();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
