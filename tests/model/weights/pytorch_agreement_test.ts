/**
 * Weights that go to PyTorch and come from it give the same embeddings there and here. Needs Python with torch, torchvision,
 * safetensors and numpy: `python3`, or the program that the environment variable PROXYAN_PYTHON names.
 */

import * as tf from "@tensorflow/tfjs";
import { join } from "@std/path";
import { openBackend } from "../../../lib/backend/open_backend.ts";
import { formatNpy, parseNpy } from "../../../lib/file/npy.ts";
import { decodeArray } from "../../../lib/file/stored_array.ts";
import { createEmbedder, type Embedder, EVALUATION_MODE } from "../../../lib/model/embedder.ts";
import { RESNET50 } from "../../../lib/model/resnet50.ts";
import { formatSafetensors } from "../../../lib/file/safetensors.ts";
import { readWeights } from "../../../lib/model/weights/read_weights.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import { needs } from "../../support/permissions.ts";
import { withFolder } from "../../support/tiny_originals.ts";

const SCRIPT = "tests/model/weights/pytorch_agreement.py";
const [IMAGE_COUNT, SIZE, EMBEDDING_SIZE] = [2, 64, 16];
const TOLERANCE = 1e-4;
const isDenied = needs("read", "write", "env", "run");
const reason = isDenied ? null : await findReason();

Deno.test({
  name: `embeddings agree with PyTorch's, with weights from here and from there${
    reason ? ` (skipped: ${reason})` : ""
  }`,
  ignore: isDenied || reason !== null,
  fn: () =>
    withFolder(async (folder) => {
      await openBackend("wasm");
      const embedder = createEmbedder({
        backbone: RESNET50,
        embeddingSize: EMBEDDING_SIZE,
        seed: 4,
      });
      try {
        await compareBothWays(embedder, folder);
      } finally {
        embedder.dispose();
      }
    }),
});

async function compareBothWays(embedder: Embedder, folder: string): Promise<void> {
  const shape = [IMAGE_COUNT, 3, SIZE, SIZE];
  const images = goldenTensor(shape, 77);
  await Deno.writeFile(join(folder, "images.npy"), formatNpy(images, shape));
  const exported = formatSafetensors(await embedder.tensors.export());
  await Deno.writeFile(join(folder, "exported.safetensors"), exported);
  const { success, stderr } = await runPython(SCRIPT, folder);
  if (!success) throw new Error(stderr);
  const expect = async (name: string) =>
    decodeArray(parseNpy(await Deno.readFile(join(folder, name)), name), "read");
  assertAllClose(await embed(embedder, images), await expect("exported.npy"), TOLERANCE);
  for (const name of ["own_zip.pth", "own_legacy.pth"]) {
    const { tensors } = await readWeights(join(folder, name));
    embedder.tensors.load(tensors.filter(({ name }) => !name.endsWith("num_batches_tracked")));
    assertAllClose(await embed(embedder, images), await expect("own.npy"), TOLERANCE, name);
  }
}

/** @param images [N, 3, H, W], as PyTorch has them. */
async function embed(embedder: Embedder, images: Float32Array): Promise<Float32Array> {
  const embeddings = tf.tidy(() => {
    const planes = tf.tensor4d(images, [IMAGE_COUNT, 3, SIZE, SIZE]);
    return embedder.embed(tf.transpose(planes, [0, 2, 3, 1]), EVALUATION_MODE);
  });
  const data = await embeddings.data<"float32">();
  embeddings.dispose();
  return data;
}

async function runPython(...args: string[]): Promise<{ success: boolean; stderr: string }> {
  const command = new Deno.Command(Deno.env.get("PROXYAN_PYTHON") ?? "python3", { args });
  const { success, stderr } = await command.output();
  return { success, stderr: new TextDecoder().decode(stderr) };
}

/** Why the test cannot run, or `null`. */
async function findReason(): Promise<string | null> {
  const packages = ["torch", "torchvision", "safetensors", "numpy"];
  const program = "import sys; from importlib.util import find_spec; " +
    `sys.exit(any(find_spec(p) is None for p in ${JSON.stringify(packages)}))`;
  try {
    const { success } = await runPython("-c", program);
    return success ? null : `Python has no ${packages.join(", ")}`;
  } catch {
    return "there is no Python; PROXYAN_PYTHON can name one";
  }
}
