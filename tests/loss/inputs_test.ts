import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { computeLoss } from "../../lib/loss/compute_loss.ts";
import { configureLoss, LOSS_NAMES, type LossName } from "../../lib/loss/losses.ts";
import { multiSimilarityLoss } from "../../lib/loss/multi_similarity.ts";
import { proxyAnLoss } from "../../lib/loss/proxy_an.ts";
import { testOnEachBackend } from "../support/each_backend.ts";

const EMBEDDINGS = [[1, 0.1], [0.9, 0.2], [0, 1], [0.1, 1]];
const PROXIES = [[1, 0], [0, 1]];
const LABELS = [0, 0, 1, 1];

function compute(name: LossName, embeddings: tf.Tensor, proxies: tf.Tensor): number {
  return tf.tidy(() => {
    const takesProxies = name !== "multi_similarity";
    const given = takesProxies ? proxies as tf.Tensor2D : null;
    const loss = computeLoss(configureLoss(name), embeddings as tf.Tensor2D, given, LABELS);
    return loss.dataSync()[0]!;
  });
}

testOnEachBackend("an embedding that is not finite makes every loss NaN", () => {
  const proxies = tf.tensor2d(PROXIES);
  for (const name of LOSS_NAMES) {
    for (const value of [NaN, Infinity, -Infinity]) {
      for (const row of LABELS.keys()) {
        const rows = EMBEDDINGS.map(([x, y], i) => [i === row ? value : x!, y!]);
        const embeddings = tf.tensor2d(rows);
        assert(Number.isNaN(compute(name, embeddings, proxies)), `${name}: ${value} in ${row}`);
        embeddings.dispose();
      }
    }
  }
  proxies.dispose();
});

Deno.test("losses take float32 matrices alone: squares of other types are no lengths", () => {
  const [embeddings, proxies] = [tf.tensor2d(EMBEDDINGS), tf.tensor2d(PROXIES)];
  const message = (name: LossName, x: unknown, p: tf.Tensor = proxies) =>
    assertThrows(() => compute(name, x as tf.Tensor, p), RangeError).message;
  const rule = "Cannot compute loss as";
  const before = tf.memory().numTensors;
  for (const name of LOSS_NAMES) {
    tf.tidy(() => {
      assertEquals(
        message(name, tf.cast(embeddings, "int32")),
        `${rule} embeddings must be of type float32: it is int32`,
      );
      assertEquals(
        message(name, tf.cast(embeddings, "bool")),
        `${rule} embeddings must be of type float32: it is bool`,
      );
      assertEquals(
        message(name, tf.reshape(embeddings, [8])),
        `${rule} embeddings must be of shape [rows, columns]: it is [8]`,
      );
      assertEquals(
        message(name, tf.reshape(embeddings, [2, 2, 2])),
        `${rule} embeddings must be of shape [rows, columns]: it is [2,2,2]`,
      );
      assertEquals(
        message(name, tf.zeros([4, 0])),
        `${rule} embeddings must have at least one column: it is 0 columns`,
      );
      assertEquals(
        message(name, EMBEDDINGS),
        `${rule} embeddings must be a tensor: it is object`,
      );
      if (name === "multi_similarity") return;
      assertEquals(
        message(name, embeddings, tf.cast(proxies, "int32")),
        `${rule} proxies must be of type float32: it is int32`,
      );
    });
  }
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([embeddings, proxies]);
});

testOnEachBackend("pairs are told apart by labels beyond 32 bits", () => {
  const embeddings = tf.tensor2d(EMBEDDINGS.map(([x, y]) => [x! + 1, y!]));
  const evaluate = (labels: number[]) =>
    tf.tidy(() => multiSimilarityLoss(embeddings, labels).dataSync()[0]!);
  const expected = evaluate([0, 1, 0, 1]);
  assert(expected > 0 && evaluate([0, 0, 0, 0]) === 0);
  assertEquals(evaluate([0, 2 ** 32, 0, 2 ** 32]), expected);
  const [a, b] = [2 ** 53 - 1, 2 ** 53 - 2];
  assertEquals(evaluate([a, b, a, b]), expected);
  embeddings.dispose();
});

Deno.test("an option that a loss does not have is not ignored", () => {
  const [embeddings, proxies] = [tf.tensor2d(EMBEDDINGS), tf.tensor2d(PROXIES)];
  const message = (run: () => unknown) => assertThrows(run, RangeError).message;
  const misspelled = { mrg: 0.3 } as object;
  assertEquals(
    message(() => proxyAnLoss(embeddings, proxies, LABELS, misspelled)),
    'Cannot compute loss as its options are alpha, margin: it is "mrg" (did you mean margin?)',
  );
  assertEquals(
    message(() => multiSimilarityLoss(embeddings, LABELS, { beta: 40 } as object)),
    'Cannot compute loss as its options are pull, push, threshold, slack: it is "beta"',
  );
  tf.dispose([embeddings, proxies]);
});
