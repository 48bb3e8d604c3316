import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { createEmbedder } from "../../lib/model/embedder.ts";
import { createProxies } from "../../lib/model/proxies.ts";
import { findBackbone } from "../../lib/model/registry.ts";
import { RandomStream } from "../../lib/random_stream.ts";

Deno.test("createProxies() draws [C, D] normal numbers of deviation sqrt(2 / C)", () => {
  const proxies = createProxies(50, 400, RandomStream.named(1, "proxies"));
  const values = proxies.dataSync<"float32">();
  assertEquals(proxies.shape, [50, 400]);
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  assertAlmostEquals(Math.sqrt(square), Math.sqrt(2 / 50), 0.003);
  proxies.dispose();
});

Deno.test("createProxies() gives the same proxies for the same stream", () => {
  const [a, b] = [1, 1].map((seed) => createProxies(3, 4, RandomStream.named(seed, "proxies")));
  assertEquals(a!.dataSync(), b!.dataSync());
  a!.dispose();
  b!.dispose();
});

Deno.test("proxies and networks have whole sizes, or nothing of them is allocated", () => {
  const before = tf.memory().numTensors;
  const backbone = findBackbone("resnet_mini");
  for (const size of [0, -2, 1.5, NaN]) {
    const rule = `must be a whole number of at least 1: it is ${size}`;
    const stream = RandomStream.named(1, "proxies");
    assertEquals(
      assertThrows(() => createProxies(size, 4, stream), RangeError).message,
      `Cannot create proxies as classCount ${rule}`,
    );
    assertEquals(
      assertThrows(() => createProxies(4, size, stream), RangeError).message,
      `Cannot create proxies as embeddingSize ${rule}`,
    );
    assertEquals(
      assertThrows(() => createEmbedder({ backbone, embeddingSize: size, seed: 1 }), RangeError)
        .message,
      `Cannot create network as embeddingSize ${rule}`,
    );
  }
  assertEquals(tf.memory().numTensors, before);
});
