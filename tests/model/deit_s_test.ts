import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { DEIT_S } from "../../lib/model/deit_s.ts";
import { backboneEntries, createGoldenStore, PUBLISHED } from "./golden_model.ts";
import { testGoldenRuns } from "./golden_runs.ts";
import { testOnBackends } from "./on_backends.ts";

const MODEL = PUBLISHED.deit_s;

Deno.test("deit_s has timm's names and shapes, in order", () => {
  const specs = DEIT_S.specs.map(({ name, shape }) => ({ name, shape }));
  assertEquals(specs, [...backboneEntries(MODEL, DEIT_S)]);
});

await testGoldenRuns(
  DEIT_S,
  MODEL,
  MODEL.runs.map((run) => ({ run, backends: ["tensorflow", "wasm"], tolerance: 1e-3 })),
);

await testOnBackends("deit_s takes inputs of another size, with gradients for its positions", [
  "wasm",
], () => {
  const store = createGoldenStore(DEIT_S, MODEL);
  const shapes = tf.tidy(() => {
    const images = tf.zeros([2, 64, 96, 3]) as tf.Tensor4D;
    const { grads } = tf.variableGrads(() => {
      const features = DEIT_S.features(store, images, { batchNorm: "frozen" });
      assertEquals(features.shape, [2, 384]);
      return tf.sum(tf.square(features)) as tf.Scalar;
    }, [store.get("pos_embed")]);
    const gradient = grads[store.get("pos_embed").name]!;
    assert(tf.max(tf.abs(gradient)).dataSync()[0]! > 0);
    return gradient.shape as unknown as tf.TensorContainer;
  });
  assertEquals(shapes as unknown as number[], [1, 198, 384]);
  store.dispose();
});
