import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { needs } from "../support/permissions.ts";
import { outputSize, referenceConv, type WindowCase } from "./convolution_reference.ts";
import { listMissingBackends, testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

const EVEN = [0, 0, 0, 0] as const;

const CASES: readonly WindowCase[] = [
  {
    name: "3x3 that keeps the size",
    input: [7, 8, 8, 16],
    filter: [3, 3, 16],
    stride: 1,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "3x3 of stride 2 on odd sides",
    input: [2, 7, 9, 8],
    filter: [3, 3, 12],
    stride: 2,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "3x3 of stride 2 on even sides",
    input: [2, 8, 6, 16],
    filter: [3, 3, 32],
    stride: 2,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "1x1",
    input: [2, 5, 3, 16],
    filter: [1, 1, 24],
    stride: 1,
    pad: 0,
    zeros: EVEN,
  },
  {
    name: "1x1 of stride 2, which skips pixels",
    input: [2, 6, 5, 8],
    filter: [1, 1, 16],
    stride: 2,
    pad: 0,
    zeros: EVEN,
  },
  {
    name: "7x7 of stride 2 on three channels",
    input: [2, 15, 14, 3],
    filter: [7, 7, 8],
    stride: 2,
    pad: 3,
    zeros: [3, 3, 3, 3],
  },
  {
    name: "one image, odd channels",
    input: [1, 5, 7, 3],
    filter: [3, 3, 5],
    stride: 1,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
  {
    name: "one image, one channel, one output",
    input: [1, 4, 4, 1],
    filter: [2, 2, 1],
    stride: 1,
    pad: "valid",
    zeros: EVEN,
  },
  {
    name: "pad same, which is lopsided at stride 2",
    input: [2, 6, 6, 4],
    filter: [3, 3, 8],
    stride: 2,
    pad: "same",
    zeros: [0, 1, 0, 1],
  },
  {
    name: "explicit lopsided pad",
    input: [2, 5, 6, 4],
    filter: [3, 2, 8],
    stride: 1,
    pad: [[0, 0], [2, 0], [0, 1], [0, 0]],
    zeros: [2, 0, 0, 1],
  },
  {
    name: "stride 3 that is longer than the filter",
    input: [1, 9, 8, 4],
    filter: [2, 2, 8],
    stride: 3,
    pad: "valid",
    zeros: EVEN,
  },
  {
    name: "a filter as large as the image",
    input: [2, 4, 4, 20],
    filter: [4, 4, 9],
    stride: 1,
    pad: 0,
    zeros: EVEN,
  },
  {
    name: "deep and small",
    input: [5, 4, 4, 64],
    filter: [3, 3, 64],
    stride: 1,
    pad: 1,
    zeros: [1, 1, 1, 1],
  },
];

listMissingBackends();

for (const sizes of CASES) {
  testOnEachOpenBackend(`a convolution and both gradients are right: ${sizes.name}`, async () => {
    const { input, filter: [fh, fw, O], stride, pad } = sizes;
    const [outHeight, outWidth] = outputSize(sizes);
    const filterShape: [number, number, number, number] = [fh, fw, input[3], O];
    const outShape: [number, number, number, number] = [input[0], outHeight, outWidth, O];
    const x = goldenTensor(input, 1);
    const filter = goldenTensor(filterShape, 2);
    const dy = goldenTensor(outShape, 3);
    const expected = referenceConv(sizes, x, filter, dy);
    const [y, dx, dFilter] = await readTensors(() => {
      const inputs = [tf.tensor4d(x, [...input]), tf.tensor4d(filter, filterShape)] as const;
      const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
      const y = convolve(...inputs);
      assertEquals(y.shape, outShape);
      return [y, ...tf.grads(convolve)([...inputs], tf.tensor4d(dy, outShape))];
    });
    assertAllClose(y!, expected.y, 1e-5, "y");
    assertAllClose(dx!, expected.dx, 1e-5, "dx");
    assertAllClose(dFilter!, expected.dFilter, 1e-5, "dFilter");
  });
}

Deno.test({
  name: "a dilated convolution on wasm says that it cannot",
  ignore: needs("read"),
  fn: async () => {
    await openBackend("wasm");
    tf.tidy(() => {
      const x = tf.ones([1, 5, 5, 1]) as tf.Tensor4D;
      const filter = tf.ones([3, 3, 1, 1]) as tf.Tensor4D;
      assertThrows(
        () => tf.conv2d(x, filter, 1, "valid", "NHWC", 2),
        RangeError,
        "Cannot convolve on wasm as the dilation must be 1: it is 2",
      );
    });
  },
});
