import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { logOnePlusSumExp, logSumExp } from "../../lib/loss/log_one_plus_sum_exp.ts";
import { assertAllClose } from "../support/close.ts";
import { testOnEachBackend } from "../support/each_backend.ts";

type Sum = typeof logOnePlusSumExp;

/** y and dΣy/dx. */
function evaluate(sum: Sum, x: number[][], keep: boolean[][], axis: 0 | 1) {
  return tf.tidy(() => {
    const mask = tf.tensor2d(keep, [keep.length, keep[0]!.length], "bool");
    const y = sum(tf.tensor2d(x), mask, axis).dataSync();
    const slope = tf.grad((x) => tf.sum(sum(x as tf.Tensor2D, mask, axis)))(tf.tensor2d(x));
    return { y: [...y], slope: [...slope.dataSync()] };
  });
}

const LOG_2 = Math.log(2);

testOnEachBackend("logOnePlusSumExp() holds an implicit zero along either axis", () => {
  const x = [[0, 5], [0, 0]];
  const keep = [[true, false], [true, true]];
  const byRow = evaluate(logOnePlusSumExp, x, keep, 1);
  assertAllClose(byRow.y, [LOG_2, Math.log(3)], 1e-6);
  assertAllClose(byRow.slope, [1 / 2, 0, 1 / 3, 1 / 3], 1e-6);
  const byColumn = evaluate(logOnePlusSumExp, x, keep, 0);
  assertAllClose(byColumn.y, [Math.log(3), LOG_2], 1e-6);
  assertAllClose(byColumn.slope, [1 / 3, 0, 1 / 3, 1 / 2], 1e-6);
});

testOnEachBackend("logOnePlusSumExp() of nothing is 0, with no gradient", () => {
  const { y, slope } = evaluate(logOnePlusSumExp, [[1e6, -3]], [[false, false]], 1);
  assertEquals(y, [0]);
  assertEquals(slope, [0, 0]);
});

testOnEachBackend("logOnePlusSumExp() neither overflows nor lets what is left out leak in", () => {
  const huge = evaluate(logOnePlusSumExp, [[3e5, 3e5, 1e8]], [[true, true, false]], 1);
  assertAllClose(huge.y, [3e5 + LOG_2], 1e-7);
  assertAllClose(huge.slope, [0.5, 0.5, 0], 1e-6);
  const low = evaluate(logOnePlusSumExp, [[-3e5, -2e9]], [[true, true]], 1);
  assertEquals(low, { y: [0], slope: [0, 0] });
});

testOnEachBackend("logOnePlusSumExp() keeps the gradient of terms far below 1", () => {
  // y rounds to 0 beside the 1, the slopes do not: exp(-30) and exp(-40) to float32's precision.
  const { slope } = evaluate(logOnePlusSumExp, [[-30, -40]], [[true, true]], 1);
  assertAllClose([slope[0]! / Math.exp(-30), slope[1]! / Math.exp(-40)], [1, 1], 1e-5);
});

testOnEachBackend("logSumExp() has no implicit zero", () => {
  const { y, slope } = evaluate(logSumExp, [[-200, -200, 7]], [[true, true, false]], 1);
  assertAllClose(y, [-200 + LOG_2], 1e-6);
  assertAllClose(slope, [0.5, 0.5, 0], 1e-6);
});
