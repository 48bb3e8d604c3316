import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import {
  averagePool,
  globalAverageMaxPool,
  layOutPool,
  maxPool,
  type PoolOptions,
} from "../../../lib/model/layers/pool.ts";
import { assertAllClose } from "../../support/close.ts";
import { goldenTensor } from "../../support/generator.ts";
import { referencePool } from "../../support/oracles/network_layers.ts";
import { dot, measureGradient } from "../numerical_gradient.ts";
import { testOnBackends } from "../on_backends.ts";

type Shape = [number, number, number, number];

const POOLS: readonly (PoolOptions & { readonly size: [number, number] })[] = [
  { kernelSize: 3, stride: 2, pad: 1, isCeil: false, size: [8, 7] }, // ResNet's stem
  { kernelSize: 3, stride: 2, pad: 0, isCeil: true, size: [8, 8] }, // BN-Inception: hangs over
  { kernelSize: 3, stride: 2, pad: 0, isCeil: true, size: [7, 8] }, // only along one axis
  { kernelSize: 3, stride: 1, pad: 1, isCeil: true, size: [4, 5] }, // BN-Inception: keeps the size
  { kernelSize: 3, stride: 2, pad: 1, isCeil: true, size: [6, 7] },
  { kernelSize: 2, stride: 2, pad: 1, isCeil: true, size: [5, 4] }, // a window would begin in padding
];

const describe = ({ kernelSize, stride, pad, isCeil, size }: typeof POOLS[number]) =>
  `${size.join(" x ")}, kernel ${kernelSize}, stride ${stride}, pad ${pad}${
    isCeil ? ", ceil" : ""
  }`;

for (const options of POOLS) {
  const shape: Shape = [2, ...options.size, 2];
  const values = goldenTensor(shape, 11, 1, -2); // all below zero: padding must not win
  const positive = goldenTensor(shape, 11, 1, 2); // as after a ReLU: tfjs's wasm gradient needs it
  for (const [kind, pool] of [["max", maxPool], ["average", averagePool]] as const) {
    const expected = referencePool({ shape, data: values }, kind, options);

    await testOnBackends(
      `${kind} pool of ${describe(options)} is PyTorch's`,
      ["wasm", "cpu"],
      () => {
        const y = tf.tidy(() => pool(tf.tensor4d(values, shape), options));
        assertEquals(y.shape, expected.shape);
        assertAllClose(y.dataSync(), expected.data, 1e-6);
        y.dispose();
      },
    );

    await testOnBackends(
      `${kind} pool of ${describe(options)} has its gradient`,
      ["wasm", "cpu"],
      () => {
        const weights = goldenTensor(expected.shape, 12);
        const gradient = tf.tidy(() =>
          tf.grad((x) =>
            tf.sum(tf.mul(pool(x as tf.Tensor4D, options), tf.tensor4d(weights, expected.shape)))
          )(
            tf.tensor4d(positive, shape),
          ).dataSync()
        );
        const reference = (data: number[]) =>
          dot(referencePool({ shape, data }, kind, options).data, weights);
        assertAllClose(gradient, measureGradient(reference, positive), 1e-4);
      },
    );
  }
}

Deno.test("layOutPool() leaves out a window that would begin in the padding", () => {
  assertEquals(layOutPool(4, { kernelSize: 2, stride: 2, pad: 1, isCeil: true }), {
    windowCount: 3,
    overhang: 0,
  });
  assertEquals(layOutPool(8, { kernelSize: 3, stride: 2, pad: 0, isCeil: true }), {
    windowCount: 4,
    overhang: 1,
  });
  assertEquals(layOutPool(8, { kernelSize: 3, stride: 2, pad: 0, isCeil: false }), {
    windowCount: 3,
    overhang: 0,
  });
});

Deno.test("globalAverageMaxPool() adds mean and maximum", () => {
  const y = tf.tidy(() =>
    globalAverageMaxPool(tf.tensor4d([1, -1, 2, -2, 3, -3, 6, -4], [1, 2, 2, 2]))
  );
  assertEquals([...y.dataSync()], [3 + 6, -2.5 - 1]);
  y.dispose();
});

Deno.test("globalAverageMaxPool() gives the maximum's gradient to one of the positions that tie", () => {
  const gradient = tf.tidy(() =>
    tf.grad((x) => tf.sum(globalAverageMaxPool(x as tf.Tensor4D)))(
      tf.tensor4d([5, 5, 5, 1], [1, 2, 2, 1]),
    )
      .dataSync()
  );
  assertEquals([...gradient], [1.25, 0.25, 0.25, 0.25]);
});
