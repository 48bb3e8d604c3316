import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { activate, gelu } from "../../lib/backend/ops/gelu.ts";
import { referenceGelu, referenceGeluSlope } from "../support/oracles/network_layers.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

/** From where nothing is let through to where everything is, a number of them that no lanes divide, and both zeros. */
const POINTS = [...Array.from({ length: 161 }, (_, i) => (i - 80) / 10), -0, 20, 1e30];
const UPSTREAM = POINTS.map((_, i) => 1 + i % 3);

testOnEachOpenBackend(
  "gelu() and its gradient are those of the formula from end to end",
  async () => {
    const [y, same, dx] = await readTensors(() => {
      const [x, upstream] = [tf.tensor1d(POINTS), tf.tensor1d(UPSTREAM)];
      return [gelu(x), activate(x), tf.grad((x: tf.Tensor) => gelu(x))(x, upstream)];
    });
    for (const [i, x] of POINTS.entries()) {
      const at = Math.fround(x);
      const isFar = at > 10;
      const expected = isFar ? at : referenceGelu(at);
      const slope = isFar ? 1 : referenceGeluSlope(at);
      for (
        const [value, exact] of [[y, expected], [same, expected], [
          dx,
          slope * UPSTREAM[i]!,
        ]] as const
      ) {
        const allowed = 2e-6 * Math.max(1, Math.abs(exact));
        assert(Math.abs(value![i]! - exact) <= allowed, `at ${x}: ${value![i]}, not ${exact}`);
      }
    }
  },
);

testOnEachOpenBackend("gelu() of what is far below 0 is 0, and of NaN is NaN", async () => {
  const [y, dx] = await readTensors(() => {
    const x = tf.tensor1d([-20, -1e30, NaN]);
    return [gelu(x), tf.grad((x: tf.Tensor) => gelu(x))(x, tf.onesLike(x))];
  });
  for (const values of [y!, dx!]) {
    assert(Math.abs(values[0]!) < 1e-30 && Math.abs(values[1]!) < 1e-30, `${[...values]}`);
    assert(Number.isNaN(values[2]));
  }
});
