import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { BN_INCEPTION } from "../../lib/model/bn_inception.ts";
import { assertAllClose } from "../support/close.ts";
import { backboneEntries, createGoldenStore, goldenImages, PUBLISHED } from "./golden_model.ts";
import { type GoldenCase, testGoldenRuns } from "./golden_runs.ts";
import { testOnBackends } from "./on_backends.ts";

const MODEL = PUBLISHED.bn_inception;
const [frozen64, train64, eval64, frozen224, eval224] = MODEL.runs;
const FAST = ["tensorflow", "wasm"] as const;

Deno.test("bn_inception has the names and shapes of pretrainedmodels, in order", () => {
  const specs = BN_INCEPTION.specs.map(({ name, shape }) => ({ name, shape }));
  assertEquals(specs, [...backboneEntries(MODEL, BN_INCEPTION)]);
});

const CASES: readonly GoldenCase[] = [
  { run: frozen64!, backends: ["tensorflow", "webgpu", "wasm"], tolerance: 1e-3 },
  { run: eval64!, backends: ["tensorflow", "webgpu", "wasm", "cpu"], tolerance: 1e-3 },
  // `wasm` comes to 1.6e-5; on `tensorflow` a rounded activation changes its sign and one norm by 1.7e-3, see resnet50_test.ts.
  {
    run: frozen224!,
    backends: FAST,
    tolerance: 1e-3,
    gradientTolerance: 2e-2,
    totalTolerance: 1e-3,
  },
  { run: eval224!, backends: FAST, tolerance: 1e-3 },
  // Batch norms over 8 values amplify rounding: PyTorch's own versions differ from each other here, see resnet50_test.ts.
  { run: train64!, backends: FAST, tolerance: 1e-3, gradientTolerance: 3e-2 },
];
await testGoldenRuns(BN_INCEPTION, MODEL, CASES);

await testOnBackends("bn_inception moves its running statistics by nine tenths", ["wasm"], () => {
  const store = createGoldenStore(BN_INCEPTION, MODEL);
  const name = "conv1_7x7_s2_bn.running_mean";
  const before = store.get(name).dataSync().slice();
  const images = goldenImages(train64!);
  const mean = tf.tidy(() => {
    const filter = store.get("conv1_7x7_s2.weight") as unknown as tf.Tensor4D;
    const convolved = tf.add(tf.conv2d(images, filter, 2, 3), store.get("conv1_7x7_s2.bias"));
    return tf.mean(convolved, [0, 1, 2]).dataSync();
  });
  BN_INCEPTION.features(store, images, { batchNorm: "train" }).dispose();
  const expected = Array.from(before, (value, i) => 0.1 * value + 0.9 * mean[i]!);
  assertAllClose(store.get(name).dataSync(), expected, 1e-5);
  images.dispose();
  store.dispose();
});
