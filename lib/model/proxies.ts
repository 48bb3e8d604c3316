/** Proxies: one learned point per training class. */

import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../random_stream.ts";
import { checkSize } from "./check_size.ts";
import { drawInitial } from "./initializer.ts";
import type { Variable2D } from "../tensor.ts";

/**
 * Creates proxies, normal with deviation sqrt(2 / C): Kaiming normal by fan-out.
 *
 * @param classCount C
 * @param embeddingSize D
 * @param stream Randomness of the proxies.
 * @returns [C, D], raw: losses normalize them. The caller disposes it.
 * @throws {RangeError} If C or D is not a whole number of at least 1.
 */
export function createProxies(
  classCount: number,
  embeddingSize: number,
  stream: RandomStream,
): Variable2D {
  checkSize("create proxies", "classCount", classCount);
  checkSize("create proxies", "embeddingSize", embeddingSize);
  const shape: [number, number] = [classCount, embeddingSize];
  const init = { kind: "normal", deviation: Math.sqrt(2 / classCount) } as const;
  const values = drawInitial(init, shape, stream);
  return tf.tidy(() => tf.variable<tf.Rank.R2>(tf.tensor2d(values, shape)));
}
