import * as tf from "@tensorflow/tfjs";
import { softmax } from "../../lib/backend/ops/softmax.ts";
import { assertAllClose } from "../support/close.ts";
import { goldenTensor } from "../support/generator.ts";
import { referenceSoftmax, referenceSoftmaxGradient } from "../support/oracles/softmax.ts";
import { testOnEachOpenBackend } from "./each_open_backend.ts";
import { readTensors } from "./read_tensors.ts";

const SHAPE = [2, 3, 7];
const X = goldenTensor(SHAPE, 1, 4);
const UPSTREAM = goldenTensor(SHAPE, 2, 1, 5);

testOnEachOpenBackend("softmax() and its gradient are those of the formula", async () => {
  const [y, dx] = await readTensors(() => {
    const [x, upstream] = [X, UPSTREAM].map((values) => tf.tensor(values, SHAPE));
    return [softmax(x!), tf.grad((x: tf.Tensor) => softmax(x))(x!, upstream!)];
  });
  const expected = referenceSoftmax(X, 7);
  assertAllClose(y!, expected, 1e-6, "y");
  assertAllClose(dx!, referenceSoftmaxGradient(expected, UPSTREAM, 7), 5e-6, "dx");
});
