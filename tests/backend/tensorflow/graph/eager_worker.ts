/** A Web Worker that opens backend `tensorflow` as it is asked and posts the ops of a compiled function; see traced_function_test.ts. */

import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../../../../lib/backend/compile.ts";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { openTensorflow } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<{ isEager: boolean }>) => void) | null;
  postMessage(message: unknown): void;
};

scope.onmessage = async ({ data: options }) => {
  try {
    await openTensorflow(options);
    const { binding } = tf.backend() as NodeBackend;
    const names: string[] = [];
    const run = binding.executeOp;
    binding.executeOp = (...args) => {
      if (!binding.isTracing()) names.push(args[0]);
      return run.apply(binding, args);
    };
    const x = tf.tensor1d([1, 2]);
    const compiled = compileFunction(([x]) => [tf.exp(tf.square(x!))], {
      name: "example",
      variables: [],
    });
    const [y] = compiled.run([x]);
    scope.postMessage({ names, values: [...y!.dataSync()] });
  } catch (error) {
    scope.postMessage({ error: (error as Error).message });
  }
};
