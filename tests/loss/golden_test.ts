import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { configureLoss, type LossName } from "../../lib/loss/losses.ts";
import golden from "../golden/losses.json" with { type: "json" };
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { goldenTensor } from "../support/generator.ts";
import { evaluateLoss } from "./loss_gradients.ts";

const LOSS_NAMES: Readonly<Record<string, LossName>> = {
  Proxy_AN: "proxy_an",
  Proxy_anchor: "proxy_anchor",
  Proxy_NCA: "proxy_nca",
};

interface GoldenInputs {
  readonly loss: string;
  readonly alpha: number;
  readonly margin: number;
  readonly B: number;
  readonly C: number;
  readonly D: number;
  readonly embeddingsSeed: number;
  readonly proxiesSeed: number;
  readonly labels: readonly number[];
}

function evaluateGolden(inputs: GoldenInputs) {
  const { B, C, D, alpha, margin, labels } = inputs;
  const config = configureLoss(LOSS_NAMES[inputs.loss]!, { margin, alpha });
  return tf.tidy(() => {
    const embeddings = tf.tensor2d(goldenTensor([B, D], inputs.embeddingsSeed), [B, D]);
    const proxies = tf.tensor2d(goldenTensor([C, D], inputs.proxiesSeed), [C, D]);
    return evaluateLoss(config, embeddings, proxies, labels);
  });
}

const length = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

testOnEachBackend("every loss has the published values and full gradients", () => {
  assertEquals(golden.cases.length, 12);
  for (const [i, expected] of golden.cases.entries()) {
    const name = `case ${i}, ${expected.loss}`;
    const { value, dEmbeddings, dProxies } = evaluateGolden(expected);
    assertAllClose([value], [expected.value], 2e-6, `${name}: value`);
    assertAllClose(dEmbeddings, expected.gradEmbeddings, 1e-5, `${name}: dEmbeddings`);
    assertAllClose(dProxies, expected.gradProxies, 1e-5, `${name}: dProxies`);
  }
});

testOnEachBackend("every loss has the published values at the size of CUB", () => {
  assertEquals(golden.large.length, 3);
  for (const expected of golden.large) {
    const { value, dEmbeddings, dProxies } = evaluateGolden(expected);
    const lengths = [length(dEmbeddings), length(dProxies)];
    const expectedLengths = [expected.gradEmbeddingsL2, expected.gradProxiesL2];
    assertAllClose([value], [expected.value], 2e-6, expected.loss);
    assertAllClose(lengths, expectedLengths, 1e-5, expected.loss);
    const first = [dEmbeddings, dProxies].map((gradient) => gradient.subarray(0, 8));
    assertAllClose(first[0]!, expected.gradEmbeddingsFirst, 1e-4, expected.loss);
    assertAllClose(first[1]!, expected.gradProxiesFirst, 1e-4, expected.loss);
  }
});
