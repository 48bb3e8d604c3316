import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { type ComposedKernel, runKernel } from "../../lib/backend/ops/run_kernel.ts";

Deno.test("runKernel() refuses a function that was made for one call, as the first one would serve all", async () => {
  await openBackend("cpu");
  const addTo = (amount: number): ComposedKernel => ({ x }) => [tf.add(x!, amount)];
  const run = (compose: ComposedKernel) =>
    tf.tidy(
      () => [...runKernel("AddSome", { x: tf.tensor1d([1, 2]) }, {}, compose)[0]!.dataSync()],
    );
  const addOne = addTo(1);
  assertEquals([run(addOne), run(addOne)], [[2, 3], [2, 3]]);
  assertThrows(
    () => run(addTo(2)),
    TypeError,
    "Cannot run AddSome as every call must bring the same function: one made for a call would serve others",
  );
});
