import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { compileFunction, type TensorFunction } from "../../../../lib/backend/compile.ts";
import { openBackend } from "../../../../lib/backend/open_backend.ts";
import { convBiasRelu } from "../../../../lib/backend/ops/conv2d_bias_relu.ts";
import type { NodeBackend } from "../../../../lib/backend/tensorflow/eager/node_package.ts";
import { choicesOf, DEVICE_CHOICES } from "../../../../lib/backend/tensorflow/device_choices.ts";
import { profileFunction } from "../../../../lib/backend/tensorflow/graph/op_profile.ts";
import { assertAllClose } from "../../../support/close.ts";
import { goldenTensor } from "../../../support/generator.ts";
import { outputSize, referenceConv, type WindowCase } from "../../convolution_reference.ts";
import { readTensors } from "../../read_tensors.ts";
import { testWithLibrary } from "../with_library.ts";

const SIZES = [
  { name: "stride 1", input: [2, 5, 3, 16], stride: 1 },
  { name: "stride 2 on sides that it divides", input: [2, 6, 4, 8], stride: 2 },
  { name: "stride 2 on odd sides", input: [2, 5, 7, 8], stride: 2 },
  { name: "stride 3 that leaves two pixels over", input: [1, 8, 5, 4], stride: 3 },
  { name: "one pixel", input: [3, 1, 1, 20], stride: 1 },
] as const;

const CASES: readonly WindowCase[] = SIZES.map((sizes) => ({
  ...sizes,
  filter: [1, 1, 12],
  pad: 0,
  zeros: [0, 0, 0, 0],
}));

/** Runs a part with convolutions of one pixel as products, or not, whatever this processor would choose. */
async function withProducts(areProducts: boolean, run: () => Promise<void>): Promise<void> {
  await openBackend("tensorflow");
  const { binding } = tf.backend() as NodeBackend;
  const { choices } = binding;
  try {
    binding.choices = { ...choices, hasPointwiseProducts: areProducts };
    await run();
  } finally {
    binding.choices = choices;
  }
}

for (const sizes of CASES) {
  for (const areProducts of [true, false]) {
    const way = areProducts ? "a product" : "a convolution";
    testWithLibrary(
      `a filter of one pixel and its gradients are right as ${way}: ${sizes.name}`,
      () =>
        withProducts(areProducts, async () => {
          const [x, filter, dy, shapes] = drawCase(sizes);
          const expected = referenceConv(sizes, x, filter, dy);
          const [y, dx, dFilter] = await readTensors(() => {
            const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
              tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, sizes.stride, 0);
            const inputs = [tf.tensor4d(x, shapes.x), tf.tensor4d(filter, shapes.filter)];
            const gradients = tf.grads(convolve)(inputs, tf.tensor4d(dy, shapes.y));
            return [convolve(inputs[0]!, inputs[1]!), ...gradients];
          });
          assertAllClose(y!, expected.y, 1e-5, "y");
          assertAllClose(dx!, expected.dx, 1e-5, "dx");
          assertAllClose(dFilter!, expected.dFilter, 1e-5, "dFilter");
        }),
    );
  }
}

for (const isCompiled of [false, true]) {
  testWithLibrary(
    `bias, residual and ReLU come after a product as after a convolution, ${
      isCompiled ? "compiled" : "op by op"
    }`,
    () =>
      withProducts(true, async () => {
        const sizes = CASES[1]!;
        const [x, filter, dy, shapes] = drawCase(sizes);
        const [bias, residual] = [goldenTensor([12], 4), goldenTensor(shapes.y, 5)];
        const { y: convolved } = referenceConv(sizes, x, filter, dy);
        const layers: TensorFunction = ([x, filter, bias, residual]) => {
          const operands = [x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D] as const;
          const options = { stride: sizes.stride, pad: 0, hasRelu: true };
          return [
            convBiasRelu(...operands, options),
            convBiasRelu(...operands, { ...options, hasRelu: false }),
            convBiasRelu(...operands, { ...options, residual: residual as tf.Tensor4D }),
          ];
        };
        const inputs = [
          tf.tensor4d(x, shapes.x),
          tf.tensor4d(filter, shapes.filter),
          tf.tensor1d(bias),
          tf.tensor4d(residual, shapes.y),
        ];
        const compiled = compileFunction(layers, { name: "pointwise", variables: [] });
        const [clipped, plain, added] = await readTensors(() =>
          isCompiled ? compiled.run(inputs) : layers(inputs)
        );
        const biased = Array.from(convolved, (value, i) => value + bias[i % 12]!);
        const clip = (value: number) => Math.max(0, value);
        assertAllClose(clipped!, biased.map(clip), 1e-5, "without residual");
        assertAllClose(plain!, biased, 1e-5, "without ReLU");
        const summed = biased.map((value, i) => clip(value + residual[i]!));
        assertAllClose(added!, summed, 1e-5, "with residual");
        const names = profileFunction(layers, inputs, { variables: [], warmupCount: 1 })
          .map(({ op }) => op);
        assert(names.some((name) => name.endsWith("FusedMatMul")), names.join());
        assert(!names.includes("BiasAdd"), names.join());
        compiled.dispose();
        tf.dispose(inputs);
      }),
  );
}

Deno.test("a processor that does not tell its caches convolves one pixel by products, a GPU never does", () => {
  for (const precision of ["float32", "bfloat16"] as const) {
    assertEquals(choicesOf("cpu", precision, false).hasPointwiseProducts, true);
    assertEquals(choicesOf("cpu", precision, true).hasPointwiseProducts, false);
    assertEquals(choicesOf("gpu", precision, false).hasPointwiseProducts, false);
  }
  assertEquals(choicesOf("cpu", "float32", true), DEVICE_CHOICES.cpu);
});

function drawCase(sizes: WindowCase) {
  const { input, filter: [, , outputCount] } = sizes;
  const shapes = {
    x: [...input] as [number, number, number, number],
    filter: [1, 1, input[3], outputCount] as [number, number, number, number],
    y: [input[0], ...outputSize(sizes), outputCount] as [number, number, number, number],
  };
  const draws = [
    goldenTensor(shapes.x, 1),
    goldenTensor(shapes.filter, 2),
    goldenTensor(shapes.y, 3),
  ] as const;
  return [...draws, shapes] as const;
}
