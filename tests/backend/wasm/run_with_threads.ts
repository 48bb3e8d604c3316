/** The same work on several numbers of threads of backend `wasm`. */

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../../lib/backend/open_backend.ts";

/** What `run` gives with 1, 2, 3 and 5 threads, all of which must have the same bits. */
export async function runWithThreads(run: () => Float32Array[]): Promise<Float32Array[]> {
  const results: Float32Array[][] = [];
  for (const threads of [1, 2, 3, 5]) {
    const { backend } = await openBackend("wasm", { threads });
    assertEquals(backend.threads, threads);
    for (let again = 0; again < (threads === 1 ? 1 : 4); again++) results.push(tf.tidy(run));
  }
  const [first, ...others] = results.map((values) => values.map(bits));
  for (const other of others) assertEquals(other, first);
  return results[0]!;
}

function bits(values: Float32Array): string {
  return Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length)).join(" ");
}
