/**
 * GFLOP/s of the kernels that training spends its time in, per backend.
 *
 *     npx -y deno@2.9.6 run --allow-read --allow-env --allow-ffi --allow-sys bench/kernels.ts [backend ...]
 *
 * `tfjs-wasm` stands for tfjs's own wasm kernels, without ours. Default: wasm tfjs-wasm. A time is the fastest of several runs, which other load on
 * the machine disturbs least.
 */

// deno-lint-ignore-file no-console

import * as tf from "@tensorflow/tfjs";
import { BACKEND_NAMES, type BackendName } from "../lib/backend/backend.ts";
import { openBackend } from "../lib/backend/open_backend.ts";
import { adamwUpdate } from "../lib/backend/ops/adamw_update.ts";
import { batchNormTrain } from "../lib/backend/ops/batch_norm_train.ts";
import { convBiasRelu } from "../lib/backend/ops/conv2d_bias_relu.ts";

type Shape4 = [number, number, number, number];

/** Input [B, H, W, I], filter side, outputs, stride. */
const CONVS: readonly { input: Shape4; side: number; outputs: number; stride: number }[] = [
  { input: [48, 32, 32, 3], side: 3, outputs: 16, stride: 2 },
  { input: [48, 16, 16, 16], side: 3, outputs: 16, stride: 1 },
  { input: [48, 16, 16, 16], side: 3, outputs: 32, stride: 2 },
  { input: [48, 8, 8, 32], side: 3, outputs: 32, stride: 1 },
  { input: [48, 4, 4, 64], side: 3, outputs: 64, stride: 1 },
  { input: [81, 20, 20, 16], side: 3, outputs: 16, stride: 1 },
  { input: [4, 28, 28, 128], side: 3, outputs: 128, stride: 1 },
  { input: [4, 56, 56, 64], side: 1, outputs: 256, stride: 1 },
  { input: [2, 224, 224, 3], side: 7, outputs: 64, stride: 2 },
];

/** M, K, N. */
const PRODUCTS = [[48, 64, 64], [512, 512, 512], [81, 2048, 512]] as const;

/** Fastest seconds of one run; the last output is read back so that every backend has finished. */
async function measure(run: () => tf.Tensor | tf.Tensor[]): Promise<number> {
  const once = async () => {
    const outputs = tf.tidy(run);
    await [outputs].flat().at(-1)!.data();
    tf.dispose(outputs);
  };
  const seconds: number[] = [];
  const begin = performance.now();
  while (seconds.length < 5 || performance.now() - begin < 400) {
    const start = performance.now();
    await once();
    seconds.push((performance.now() - start) / 1000);
    if (performance.now() - begin > 5000) break;
  }
  return Math.min(...seconds);
}

/** GFLOP/s as text, or why there is none. */
async function rate(flopCount: number, run: () => tf.Tensor | tf.Tensor[]): Promise<string> {
  try {
    return (flopCount / await measure(run) / 1e9).toFixed(1).padStart(6);
  } catch {
    return "  none"; // a kernel that the backend lacks
  }
}

async function benchConvs(): Promise<void> {
  console.log("convolution                           forward   input  filter  (GFLOP/s)");
  for (const { input, side, outputs, stride } of CONVS) {
    const pad = (side - 1) / 2;
    const filterShape: Shape4 = [side, side, input[3], outputs];
    const x = tf.randomNormal(input) as tf.Tensor4D;
    const filter = tf.randomNormal(filterShape) as tf.Tensor4D;
    const dy = tf.conv2d(x, filter, stride, pad);
    const flopCount = 2 * dy.size * side * side * input[3];
    const attrs = { strides: [stride, stride], pad, dataFormat: "NHWC" };
    const kernel = (name: string, inputs: tf.NamedTensorMap, more: object) => () =>
      tf.engine().runKernel(
        name,
        inputs,
        { ...attrs, ...more } as unknown as tf.NamedAttrMap,
      ) as tf.Tensor;
    const rates = [
      await rate(flopCount, () => tf.conv2d(x, filter, stride, pad)),
      await rate(flopCount, kernel(tf.Conv2DBackpropInput, { dy, filter }, { inputShape: input })),
      await rate(flopCount, kernel(tf.Conv2DBackpropFilter, { x, dy }, { filterShape })),
    ];
    const what = `${input.join("x")} ${side}x${side}/${stride} to ${outputs}`;
    console.log(`  ${what.padEnd(35)} ${rates.join("  ")}`);
    tf.dispose([x, filter, dy]);
  }
}

async function benchProducts(): Promise<void> {
  console.log("matrix product                          A B    Aᵀ B    A Bᵀ  (GFLOP/s)");
  for (const [M, K, N] of PRODUCTS) {
    const rates: string[] = [];
    for (const [turnA, turnB] of [[false, false], [true, false], [false, true]]) {
      const a = tf.randomNormal(turnA ? [K, M] : [M, K]);
      const b = tf.randomNormal(turnB ? [N, K] : [K, N]);
      rates.push(await rate(2 * M * K * N, () => tf.matMul(a, b, turnA, turnB)));
      tf.dispose([a, b]);
    }
    console.log(`  ${`${M}x${K} by ${K}x${N}`.padEnd(35)} ${rates.join("  ")}`);
  }
}

const WIDTHS = [16, 32, 64];

/** For each block: three filters, bias and scale. */
function createBlocks(): tf.Tensor[] {
  const normal = (shape: number[]) => tf.randomNormal(shape, 0, 0.1);
  return WIDTHS.flatMap((width, i) => [
    normal([3, 3, WIDTHS[i - 1] ?? 3, width]),
    normal([3, 3, width, width]),
    normal([3, 3, width, width]),
    normal([width]),
    normal([width]),
  ]);
}

function runBlocks(images: tf.Tensor4D, hasNorm: boolean, parameters: tf.Tensor[]): tf.Tensor {
  let x = images;
  for (let i = 0; i < WIDTHS.length; i++) {
    const filters = parameters.slice(i * 5, i * 5 + 3) as tf.Tensor4D[];
    const [bias, scale] = parameters.slice(i * 5 + 3, i * 5 + 5) as [tf.Tensor1D, tf.Tensor1D];
    const layer = (x: tf.Tensor4D, filter: tf.Tensor4D, stride: number, residual?: tf.Tensor4D) => {
      if (!hasNorm) {
        const options = { stride, pad: 1, hasRelu: true, residual };
        return convBiasRelu(x, tf.mul(filter, scale), bias, options);
      }
      const { y } = batchNormTrain(tf.conv2d(x, filter, stride, 1), scale, bias, 1e-5);
      return tf.relu(residual ? tf.add(y, residual) : y) as tf.Tensor4D;
    };
    x = layer(x, filters[0]!, 2);
    x = layer(layer(x, filters[1]!, 1), filters[2]!, 1, x);
  }
  return tf.sum(tf.square(x));
}

/** Forward and backward of three residual blocks (16 at 16 px, 32 at 8 px, 64 at 4 px) on a batch of 48. */
async function benchBlocks(): Promise<void> {
  const images = tf.randomNormal([48, 32, 32, 3]) as tf.Tensor4D;
  const parameters = createBlocks();
  for (const hasNorm of [false, true]) {
    const seconds = await measure(() =>
      tf.grads((...all) => runBlocks(images, hasNorm, all))(parameters)
    );
    const what = hasNorm ? "training batch norms" : "folded batch norms";
    const text = (seconds * 1000).toFixed(1);
    console.log(`  three residual blocks, ${what}: ${text} ms forward and backward`);
  }
  tf.dispose([...parameters, images]);
}

async function benchUpdate(): Promise<void> {
  const tensors = [0, 1, 2, 3].map(() => tf.randomUniform([1_000_000], 0.1, 1));
  const [parameter, gradient, firstMoment, secondMoment] = tensors as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const options = {
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 1e-4,
    step: 3,
    clipValue: 10,
  };
  const inputs = { parameter, gradient, firstMoment, secondMoment };
  const seconds = await measure(() => adamwUpdate(inputs, options));
  console.log(`  AdamW of a million parameters: ${(seconds * 1000).toFixed(2)} ms`);
  tf.dispose(tensors);
}

async function open(name: string): Promise<void> {
  if (name !== "tfjs-wasm") {
    const { backend } = await openBackend(name as BackendName);
    console.log(
      `\n${backend.name} ${backend.version}, ${backend.device}, ${backend.threads} threads`,
    );
    return;
  }
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  const file = "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm";
  wasm.setWasmPaths(new URL(".", import.meta.resolve(file)).href);
  await tf.setBackend("wasm");
  console.log("\ntfjs's own wasm kernels");
}

const known: readonly string[] = [...BACKEND_NAMES, "tfjs-wasm"];
const names = Deno.args.length > 0 ? Deno.args : ["tfjs-wasm", "wasm"]; // ours replace tfjs's, so theirs come first
const unknown = names.find((name) => !known.includes(name));
if (unknown) {
  throw new Error(`Cannot measure backend as it must be one of ${known}: it is ${unknown}`);
}
for (const name of names) {
  await open(name);
  await benchConvs();
  await benchProducts();
  try {
    await benchBlocks();
  } catch (error) {
    console.log(`  three residual blocks: none, ${(error as Error).message}`);
  }
  await benchUpdate();
}
