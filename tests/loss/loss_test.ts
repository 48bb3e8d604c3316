import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { computeLoss } from "../../lib/loss/compute_loss.ts";
import { configureLoss, type LossConfig, LOSSES } from "../../lib/loss/losses.ts";
import { proxyAnLoss } from "../../lib/loss/proxy_an.ts";
import { proxyAnchorLoss } from "../../lib/loss/proxy_anchor.ts";
import { proxyNcaLoss } from "../../lib/loss/proxy_nca.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";
import { goldenTensor } from "../support/generator.ts";
import { numericalGradient } from "../support/numerical_gradient.ts";
import { referenceLoss } from "../support/oracles/losses.ts";
import { evaluateLoss } from "./loss_gradients.ts";

/** Losses of embeddings and proxies; `multi_similarity_test.ts` has the one without. */
const PROXY_LOSS_NAMES = LOSSES.filter(({ takesProxies }) => takesProxies).map(({ name }) => name);

/** A vector in the plane at an angle in degrees: every cosine is easy to see. */
const vectorAt = (degrees: number, length = 1) => [
  length * Math.cos(degrees * Math.PI / 180),
  length * Math.sin(degrees * Math.PI / 180),
];

interface Case {
  readonly name: string;
  readonly embeddings: readonly (readonly number[])[];
  readonly proxies: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly alphas: readonly number[];
  readonly tolerance: number;
}

const PLANE = {
  embeddings: [10, 35, 80, 200].map((degrees) => vectorAt(degrees)),
  proxies: [0, 90, 180].map((degrees) => vectorAt(degrees)),
  alphas: [1, 12, 32],
  tolerance: 2e-5,
};

const CASES: readonly Case[] = [
  { ...PLANE, name: "class 2 is absent, sample 3 on the wrong side", labels: [0, 0, 1, 1] },
  { ...PLANE, name: "all labels are equal", labels: [1, 1, 1, 1] },
  {
    ...PLANE,
    name: "two classes, one image each, rows far from unit length",
    embeddings: [vectorAt(20, 50), vectorAt(110, 0.02)],
    proxies: [vectorAt(60, 7), vectorAt(140, 0.3)],
    labels: [0, 1],
  },
  { ...PLANE, name: "one image", embeddings: [vectorAt(30)], labels: [2] },
  {
    ...PLANE,
    name: "alpha 1000, similarities 1e-3 apart so that several count",
    // The exponents reach 1,100, where float32 numbers lie 1.2e-4 apart: that is the error of the weights.
    embeddings: [40, 40.05, 40.1, 130].map((degrees) => vectorAt(degrees)),
    proxies: [0, 80, 80.08].map((degrees) => vectorAt(degrees)),
    labels: [0, 0, 1, 1],
    alphas: [1000],
    tolerance: 1e-4,
  },
  {
    ...PLANE,
    name: "more dimensions than images",
    embeddings: rows(5, 40, 71),
    proxies: rows(6, 40, 72),
    labels: [5, 0, 0, 2, 3],
  },
];

function rows(count: number, size: number, seed: number): number[][] {
  const values = goldenTensor([count, size], seed);
  return Array.from({ length: count }, (_, i) => [...values.subarray(i * size, (i + 1) * size)]);
}

/** Float32 copies, so that library and oracle see the same numbers. */
const rounded = (matrix: readonly (readonly number[])[]) =>
  matrix.map((row) => row.map((value) => Math.fround(value)));

function evaluateRows(
  config: LossConfig,
  embeddings: readonly (readonly number[])[],
  proxies: readonly (readonly number[])[],
  labels: readonly number[],
) {
  return tf.tidy(() =>
    evaluateLoss(
      config,
      tf.tensor2d([...embeddings].map((row) => [...row])),
      tf.tensor2d([...proxies].map((row) => [...row])),
      labels,
    )
  );
}

for (const testCase of CASES) {
  testOnEachBackend(`losses and gradients match the float64 oracle: ${testCase.name}`, () => {
    const { labels, tolerance } = testCase;
    const [embeddings, proxies] = [rounded(testCase.embeddings), rounded(testCase.proxies)];
    for (const name of PROXY_LOSS_NAMES) {
      for (const alpha of testCase.alphas) {
        const config = configureLoss(name, { alpha, margin: 0.1 });
        const at = `${name}, alpha ${alpha}`;
        const actual = evaluateRows(config, embeddings, proxies, labels);
        const value = referenceLoss(config, embeddings, proxies, labels);
        const byEmbedding = numericalGradient(
          (x) => referenceLoss(config, x, proxies, labels),
          embeddings,
        );
        const byProxy = numericalGradient(
          (p) => referenceLoss(config, embeddings, p, labels),
          proxies,
        );
        assertAllClose([actual.value], [value], 1e-6, `${at}: value`);
        assertAllClose(actual.dEmbeddings, byEmbedding, tolerance, `${at}: dEmbeddings`);
        assertAllClose(actual.dProxies, byProxy, tolerance, `${at}: dProxies`);
      }
    }
  });
}

testOnEachBackend("rows of zeros have finite losses and the gradient of the formula", () => {
  const embeddings = [[0, 0], [0.6, 0.8]];
  const proxies = [[1, 0], [0, 0], [0, 1]];
  for (const name of PROXY_LOSS_NAMES) {
    const config = configureLoss(name);
    const { value, dEmbeddings, dProxies } = evaluateRows(config, embeddings, proxies, [0, 1]);
    assertAllClose([value], [referenceLoss(config, embeddings, proxies, [0, 1])], 1e-5, name);
    assert(
      [...dEmbeddings, ...dProxies].every(Number.isFinite),
      `${name} has a gradient that is not finite`,
    );
    // The slope of v / sqrt(v² + 1e-12) at 0 is 1e6, so the step has to be small.
    const expected = numericalGradient(
      (x) => referenceLoss(config, x, proxies, [0, 1]),
      embeddings,
      1e-10,
    );
    assertAllClose(dEmbeddings, expected, 1e-4, name);
  }
});

testOnEachBackend("losses do not depend on the length of the rows", () => {
  const [embeddings, proxies] = [rows(4, 3, 81), rows(3, 3, 82)];
  const longer = embeddings.map((row, i) => row.map((value) => value * 2 ** i));
  for (const name of PROXY_LOSS_NAMES) {
    const config = configureLoss(name);
    const expected = evaluateRows(config, embeddings, proxies, [0, 1, 2, 0]).value;
    assertAllClose(
      [evaluateRows(config, longer, proxies, [0, 1, 2, 0]).value],
      [expected],
      1e-6,
      name,
    );
  }
});

Deno.test("proxyAnLoss() and proxyAnchorLoss() differ in the axis of the negatives alone", () => {
  // One image per class and as many proxies as images, all similarities equal: the axes cannot be told apart.
  const same = tf.tensor2d([[1, 0], [1, 0]]);
  const [an, anchor] = [proxyAnLoss(same, same, [0, 1]), proxyAnchorLoss(same, same, [0, 1])];
  assertEquals(an.dataSync(), anchor.dataSync());
  // Three proxies: B = 2 sums of two negatives against C = 3 sums of one, one and two.
  const three = tf.tensor2d([[1, 0], [1, 0], [1, 0]]);
  const exponent = 32 * 1.1;
  const positive = Math.log1p(Math.exp(-32 * 0.9));
  const other = [proxyAnLoss(same, three, [0, 1]), proxyAnchorLoss(same, three, [0, 1])];
  assertAllClose(other[0]!.dataSync(), [positive + exponent + Math.log(2)], 1e-6);
  assertAllClose(other[1]!.dataSync(), [positive + exponent + Math.log(2) / 3], 1e-6);
  tf.dispose([same, three, an, anchor, other]);
});

Deno.test("margin is 0.1 and alpha 32 by default", () => {
  const [x, p] = [tf.tensor2d(rows(4, 3, 91)), tf.tensor2d(rows(3, 3, 92))];
  for (const loss of [proxyAnLoss, proxyAnchorLoss]) {
    const [byDefault, named, other] = [{}, { margin: 0.1, alpha: 32 }, { margin: 0.2, alpha: 32 }]
      .map((options) => tf.tidy(() => loss(x, p, [0, 1, 2, 2], options).dataSync()[0]!));
    assertEquals(byDefault, named);
    assert(byDefault !== other);
  }
  tf.dispose([x, p]);
});

testOnEachBackend("losses and their gradients leave no tensors behind", () => {
  const [x, p] = [tf.tensor2d(rows(4, 3, 91)), tf.tensor2d(rows(3, 3, 92))];
  const before = tf.memory().numTensors;
  for (const name of PROXY_LOSS_NAMES) {
    const config = configureLoss(name);
    const loss = computeLoss(config, x, p, [0, 1, 2, 2]);
    assertEquals(tf.memory().numTensors, before + 1);
    loss.dispose();
    evaluateLoss(config, x, p, [0, 1, 2, 2]);
    assertEquals(tf.memory().numTensors, before);
  }
  tf.dispose([x, p]);
});

Deno.test("losses say what is wrong with a batch", () => {
  const x = tf.zeros<tf.Rank.R2>([3, 4]);
  const p = tf.zeros<tf.Rank.R2>([2, 4]);
  const message = (run: () => unknown) => assertThrows(run, RangeError).message;
  for (const loss of [proxyAnLoss, proxyAnchorLoss, proxyNcaLoss]) {
    assertEquals(
      message(() => loss(x, p, [0, 1])),
      "Cannot compute loss as labels must be 3, one for each embedding: it is 2",
    );
    for (const label of [2, -1, 0.5, NaN]) {
      assertEquals(
        message(() => loss(x, p, [0, 1, label])),
        `Cannot compute loss as label 2 must be a whole number in [0, 2): it is ${label}`,
      );
    }
    assertEquals(
      message(() => loss(x, tf.zeros([2, 5]), [0, 1, 1])),
      "Cannot compute loss as proxies must have 4 columns, as the embeddings have: it is 5",
    );
    assertEquals(
      message(() => loss(tf.zeros([0, 4]), p, [])),
      "Cannot compute loss as embeddings must have at least one row: it is 0 rows",
    );
  }
  for (const alpha of [0, -1, NaN, Infinity]) {
    assertEquals(
      message(() => proxyAnLoss(x, p, [0, 1, 1], { alpha })),
      `Cannot compute loss as alpha must be a finite number above 0: it is ${alpha}`,
    );
  }
  assertEquals(
    message(() => proxyAnchorLoss(x, p, [0, 1, 1], { margin: NaN })),
    "Cannot compute loss as margin must be a finite number of at least 0 and at most 1: it is NaN",
  );
  assertEquals(
    message(() => proxyNcaLoss(x, tf.zeros([1, 4]), [0, 0, 0])),
    "Cannot compute loss as proxy_nca must have at least 2 proxies: it is 1",
  );
});
