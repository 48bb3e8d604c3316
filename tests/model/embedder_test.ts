import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { createEmbedder, type Embedder, EVALUATION_MODE } from "../../lib/model/embedder.ts";
import { RESNET_MINI } from "../../lib/model/resnet_mini.ts";
import type { NamedTensor } from "../../lib/file/named_tensor.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";

const createMini = (seed = 1) => createEmbedder({ backbone: RESNET_MINI, embeddingSize: 8, seed });
const createImages = () => tf.tensor4d(goldenTensor([3, 32, 32, 3], 1), [3, 32, 32, 3]);

/** Tensors of another seed's backbone. */
async function exportBackbone(seed: number): Promise<NamedTensor[]> {
  const embedder = createMini(seed);
  const tensors = await embedder.tensors.export();
  embedder.dispose();
  return tensors.filter(({ name }) => !name.startsWith("head."));
}

Deno.test("createEmbedder() gives the same weights for the same seed and others for another", async () => {
  const [a, b, c] = [await exportBackbone(1), await exportBackbone(1), await exportBackbone(2)];
  assertEquals(a, b);
  assertNotEquals(a[0], c[0]);
});

Deno.test("Embedder tells the parameters of the backbone from those of the head", () => {
  const embedder = createMini();
  const { backboneNames, headNames, tensors } = embedder;
  assertEquals([...backboneNames, ...headNames], tensors.parameterNames());
  assertEquals(headNames.length, 6);
  assert(backboneNames.includes("layer1.0.bn1.weight"), "scales of batch norms learn");
  tensors.dispose();
});

Deno.test("Embedder.embed() is features, then the head", () => {
  const embedder = createMini();
  const images = createImages();
  const [whole, parts] = [
    embedder.embed(images, EVALUATION_MODE),
    tf.tidy(() => embedder.project(embedder.features(images, "frozen"), "frozen")),
  ];
  assertEquals(whole.shape, [3, 8]);
  assertEquals(whole.dataSync(), parts.dataSync());
  tf.dispose([images, whole, parts]);
  embedder.dispose();
});

Deno.test("Embedder.embed() embeds an image the same in any batch when statistics are frozen", () => {
  const embedder = createMini();
  const [all, one] = tf.tidy(() => {
    const images = createImages();
    const first = tf.slice(images, [0, 0, 0, 0], [1, -1, -1, -1]);
    return [embedder.embed(images, EVALUATION_MODE), embedder.embed(first, EVALUATION_MODE)];
  });
  assertAllClose(one!.dataSync(), all!.dataSync().slice(0, 8), 1e-6);
  tf.dispose([all!, one!]);
  embedder.dispose();
});

/** Names of the running statistics that an embedding moves. */
async function findMoved(embedder: Embedder, mode: Parameters<Embedder["embed"]>[1]) {
  const before = await embedder.tensors.export();
  tf.tidy(() => void embedder.embed(createImages(), mode));
  const after = await embedder.tensors.export();
  return after.filter(({ data }, i) => String(data) !== String(before[i]!.data)).map(({ name }) =>
    name
  );
}

Deno.test("Embedder.embed() moves the statistics of the parts that train, and nothing else", async () => {
  const embedder = createMini();
  const { tensors } = embedder;
  assertEquals(await findMoved(embedder, EVALUATION_MODE), []);
  const head = ["head.1.running_mean", "head.1.running_var"];
  const headOnly = { backboneBatchNorm: "frozen", headBatchNorm: "train" } as const;
  assertEquals(await findMoved(embedder, headOnly), head);
  const all = { backboneBatchNorm: "train", headBatchNorm: "train" } as const;
  assertEquals(await findMoved(embedder, all), tensors.bufferNames());
  tensors.dispose();
});

Deno.test("Embedder.loadBackbone() takes published files: batch counters and classifiers are left out", async () => {
  const embedder = createEmbedder({
    backbone: { ...RESNET_MINI, leftoverPrefixes: ["fc."] },
    embeddingSize: 8,
    seed: 1,
  });
  const pretrained = await exportBackbone(2);
  const scalar = (name: string) => ({ name, shape: [], data: Float32Array.of(9) });
  embedder.loadBackbone([...pretrained, scalar("bn1.num_batches_tracked"), scalar("fc.weight")]);
  const loaded = (await embedder.tensors.export()).slice(0, pretrained.length);
  assertEquals(loaded, pretrained);
  embedder.dispose();
});

Deno.test("Embedder.loadBackbone() refuses the weights of another architecture", async () => {
  const embedder = createMini();
  const pretrained = await exportBackbone(2);
  const error = assertThrows(
    () =>
      embedder.loadBackbone(
        [...pretrained.slice(1), { ...pretrained[0]!, name: "fc.weight" }],
        "w.pth",
      ),
    InputError,
  );
  assertEquals(
    error.message,
    "w.pth: Cannot load weights as names, shapes and values must be those of the network: " +
      "1 missing: conv1.weight; 1 unexpected: fc.weight",
  );
  embedder.dispose();
});

Deno.test("Embedder allocates its result alone and frees all with its tensors", () => {
  const before = tf.memory().numTensors;
  const embedder = createMini();
  const images = createImages();
  const during = tf.memory().numTensors;
  embedder.embed(images, { backboneBatchNorm: "train", headBatchNorm: "train" }).dispose();
  embedder.embed(images, EVALUATION_MODE).dispose();
  assertEquals(tf.memory().numTensors, during);
  images.dispose();
  embedder.dispose();
  assertEquals(tf.memory().numTensors, before);
});
