import * as tf from "@tensorflow/tfjs";
import { addBias, addBiasTo } from "../../lib/backend/ops/add_bias.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";

const [ROWS, COLUMNS] = [3, 4];
const SHAPE: [number, number] = [ROWS, COLUMNS];

testOnEachOpenBackend("addBias() and addBiasTo() add, and so do their gradients", async () => {
  const [base, product, upstream] = [1, 2, 3].map((seed) => goldenTensor(SHAPE, seed));
  const bias = goldenTensor([COLUMNS], 4);
  const inputs = [
    tf.tensor2d(base!, SHAPE),
    tf.tensor2d(product!, SHAPE),
    tf.tensor1d(bias),
    tf.tensor2d(upstream!, SHAPE),
  ];
  const sums = [...base!.keys()].map((i) => product![i]! + bias[i % COLUMNS]!);
  const ofBias = [...bias.keys()].map((column) =>
    [0, 1, 2].reduce((sum, row) => sum + upstream![row * COLUMNS + column]!, 0)
  );
  const results = tf.tidy(() => {
    const [base, product, bias, upstream] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    return [
      addBias(product, bias),
      ...tf.grads((product, bias) => addBias(product!, bias!))([product, bias], upstream),
      addBiasTo(base, product, bias),
      ...tf.grads((base, product, bias) => addBiasTo(base!, product!, bias!))(
        [base, product, bias],
        upstream,
      ),
    ];
  });
  const expected = [
    ...[sums, upstream!, ofBias],
    ...[sums.map((sum, i) => sum + base![i]!), upstream!, upstream!, ofBias],
  ];
  for (const [i, result] of results.entries()) {
    assertAllClose(await result.data(), expected[i]!, 1e-6, `${i}`);
  }
  tf.dispose([...inputs, ...results]);
});
