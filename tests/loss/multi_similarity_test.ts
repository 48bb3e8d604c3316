import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { computeLoss } from "../../lib/loss/compute_loss.ts";
import { maskOwnClass } from "../../lib/loss/labels.ts";
import { configureLoss } from "../../lib/loss/losses.ts";
import {
  multiSimilarityLoss,
  type MultiSimilarityOptions,
} from "../../lib/loss/multi_similarity.ts";
import golden from "../golden/multi_similarity.json" with { type: "json" };
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { goldenTensor } from "../support/generator.ts";
import { numericalGradient } from "../support/numerical_gradient.ts";
import { referenceLoss } from "../support/oracles/losses.ts";

type Rows = readonly (readonly number[])[];

function evaluate(rows: Rows, labels: readonly number[], options: MultiSimilarityOptions = {}) {
  return tf.tidy(() => {
    const embeddings = tf.tensor2d(rows.map((row) => [...row]));
    const { value, grad } = tf.valueAndGrad((x) =>
      multiSimilarityLoss(x as tf.Tensor2D, labels, options)
    )(embeddings);
    return [value.dataSync()[0]!, grad.dataSync<"float32">()] as const;
  }) as unknown as readonly [number, Float32Array];
}

function rowsOf(values: Float32Array, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) => [
    ...values.subarray(i * size, (i + 1) * size),
  ]);
}

testOnEachBackend("multi_similarity has pytorch-metric-learning's values and gradients", () => {
  for (const { B, D, embeddingsSeed, labels, value, dEmbeddings, ...rest } of golden.cases) {
    const { pull, push, threshold, slack } = rest;
    const rows = rowsOf(goldenTensor([B, D], embeddingsSeed), D);
    const [actual, gradient] = evaluate(rows, labels, { pull, push, threshold, slack });
    assertAllClose([actual], [value], 1e-6, `seed ${embeddingsSeed}`);
    assertAllClose(gradient, dEmbeddings, 2e-5, `seed ${embeddingsSeed}`);
  }
});

/** Float32 copies of unit vectors of the plane at these angles, so that library and oracle see the same numbers. */
const vectorsAt = (degrees: readonly number[], length = 1): number[][] =>
  degrees.map((angle) =>
    [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)].map((value) =>
      Math.fround(length * value)
    )
  );

const CASES: readonly { name: string; rows: Rows; labels: number[] }[] = [
  { name: "all kinds of pairs", rows: vectorsAt([0, 20, 70, 95, 200]), labels: [0, 0, 1, 1, 0] },
  { name: "an image alone in its class", rows: vectorsAt([0, 30, 75]), labels: [5, 5, 2] },
  { name: "rows far from unit length", rows: vectorsAt([0, 30, 75], 40), labels: [1, 1, 2] },
];

for (const { name, rows, labels } of CASES) {
  testOnEachBackend(`multi_similarity is that of the float64 oracle: ${name}`, () => {
    for (const options of [{}, { threshold: 1 }, { slack: 0, push: 10 }, { pull: 5, slack: 1 }]) {
      const config = configureLoss("multi_similarity", options);
      const [value, gradient] = evaluate(rows, labels, options);
      const reference = (x: Rows) => referenceLoss(config, x, [], labels);
      assertAllClose([value], [reference(rows)], 1e-6, JSON.stringify(options));
      const expected = numericalGradient(reference, rows);
      assertAllClose(gradient, expected, 2e-5, JSON.stringify(options));
    }
  });
}

testOnEachBackend(
  "a batch of one class, or of one image a class, has a loss of 0 and no gradient",
  () => {
    for (const labels of [[0, 0, 0], [0, 1, 2]]) {
      const [value, gradient] = evaluate(vectorsAt([0, 40, 100]), labels);
      assertEquals([value, ...gradient].map(Math.abs), Array(7).fill(0));
    }
  },
);

testOnEachBackend(
  "multi_similarity takes a mask in place of labels, and leaves no tensors behind",
  () => {
    const labels = [0, 2, 2, 0, 1];
    const x = tf.tensor2d(vectorsAt([0, 20, 70, 95, 200]));
    const mask = maskOwnClass(labels, 4);
    const before = tf.memory().numTensors;
    const config = configureLoss("multi_similarity");
    const [byMask, byLabels] = [mask, labels].map((given) => {
      const loss = computeLoss(config, x, null, given);
      assertEquals(tf.memory().numTensors, before + 1);
      const value = loss.dataSync()[0]!;
      loss.dispose();
      return value;
    });
    assertEquals(byMask, byLabels);
    assert(byMask! > 0);
    tf.dispose([x, mask]);
  },
);

Deno.test("multi_similarity says what is wrong with a batch", () => {
  const x = tf.zeros<tf.Rank.R2>([3, 4]);
  const message = (run: () => unknown) => assertThrows(run, RangeError).message;
  assertEquals(
    message(() => multiSimilarityLoss(x, [0, 1])),
    "Cannot compute loss as labels must be 3, one for each embedding: it is 2",
  );
  assertEquals(
    message(() => multiSimilarityLoss(x, [0, 1, -1])),
    "Cannot compute loss as label 2 must be a whole number of at least 0: it is -1",
  );
  assertEquals(
    message(() => multiSimilarityLoss(tf.zeros([0, 4]), [])),
    "Cannot compute loss as embeddings must have at least one row: it is 0 rows",
  );
  assertEquals(
    message(() => multiSimilarityLoss(x, [0, 1, 1], { slack: -1 })),
    "Cannot compute loss as slack must be a finite number of at least 0 and at most 2: it is -1",
  );
  assertEquals(
    message(() => computeLoss(configureLoss("multi_similarity"), x, x, [0, 1, 1])),
    "Cannot compute loss as multi_similarity must be given no proxies: it is given some",
  );
  assertEquals(
    message(() => computeLoss(configureLoss("proxy_an"), x, null, [0, 1, 1])),
    "Cannot compute loss as proxy_an must be given proxies: it is given none",
  );
});
