/**
 * Backend `tensorflow` against TensorFlow from Python, op by op, and its dispatch and optimizer update.
 *
 *     deno run -A bench/tensorflow.ts [--threads 2] [--rounds 25] [--only "1x1/1 56px"]
 *
 * Both sides take turns of a few milliseconds, and the fastest run of each counts: other load on the machine hits both. The
 * Python of `PROXYAN_PYTHON` (or python3) must have the package tensorflow, of the same version for a fair ratio; without it the
 * ratio is left out.
 */

import * as tf from "@tensorflow/tfjs";
import { parseArgs } from "@std/cli";
import { openBackend } from "../lib/backend/open_backend.ts";
import { createOptimizer } from "../lib/optim/optimizer.ts";
import { openPeer, type Peer, PEER_LIMIT_SECONDS, PeerFailure } from "./peers/python_peer.ts";

/** Batch, side, input channels, window, output channels, stride, pad: the kinds of layers that ResNet-50 has. */
const CONVOLUTIONS = [
  [8, 224, 3, 7, 64, 2, 3],
  [8, 56, 64, 1, 64, 1, 0],
  [8, 56, 64, 3, 64, 1, 1],
  [8, 56, 64, 1, 256, 1, 0],
  [8, 56, 128, 3, 128, 2, 1],
  [8, 28, 512, 1, 128, 1, 0],
  [8, 28, 128, 3, 128, 1, 1],
  [8, 28, 512, 1, 1024, 2, 0],
  [8, 14, 256, 3, 256, 1, 1],
  [8, 14, 1024, 1, 256, 1, 0],
  [8, 7, 512, 3, 512, 1, 1],
  [8, 7, 512, 1, 2048, 1, 0],
] as const;

type Convolution = typeof CONVOLUTIONS[number];

interface Case {
  readonly name: string;
  readonly flopCount: number;
  /** The same for the peer. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly open: () => { run: () => tf.Tensor; dispose: () => void };
}

function matmulCase(size: number): Case {
  return {
    name: `matmul ${size}`,
    flopCount: 2 * size ** 3,
    request: { op: "matmul", size },
    open: () => {
      const [a, b] = [tf.randomNormal([size, size]), tf.randomNormal([size, size])];
      return { run: () => tf.matMul(a, b), dispose: () => tf.dispose([a, b]) };
    },
  };
}

function convolutionCases(conv: Convolution): Case[] {
  const [batch, side, inputs, window, outputs, stride, pad] = conv;
  const out = Math.floor((side + 2 * pad - window) / stride) + 1;
  const flopCount = 2 * batch * out ** 2 * window ** 2 * inputs * outputs;
  const shapes = {
    x: [batch, side, side, inputs],
    filter: [window, window, inputs, outputs],
    dy: [batch, out, out, outputs],
  };
  const kernels = [
    ["forward", tf.Conv2D, ["x", "filter"], {}],
    ["input gradient", tf.Conv2DBackpropInput, ["dy", "filter"], { inputShape: shapes.x }],
    ["filter gradient", tf.Conv2DBackpropFilter, ["x", "dy"], { filterShape: shapes.filter }],
  ] as const;
  const attrs = { strides: [stride, stride], pad, dataFormat: "NHWC", dilations: 1 };
  return kernels.map(([op, kernel, names, own]) => ({
    name: `${window}x${window}/${stride} ${side}px ${inputs}->${outputs} ${op}`,
    flopCount,
    request: { op, conv },
    open: () => {
      const inputs = Object.fromEntries(names.map((name) => [name, tf.randomNormal(shapes[name])]));
      const allAttrs = { ...attrs, dimRoundingMode: "floor", ...own } as unknown as tf.NamedAttrMap;
      return {
        run: () => tf.engine().runKernel(kernel, inputs, allAttrs) as tf.Tensor,
        dispose: () => tf.dispose(inputs),
      };
    },
  }));
}

function fastestMs(run: () => tf.Tensor, repeats: number): number {
  let best = Infinity;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    run().dispose();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

async function compare(bench: Case, peer: Peer | null, rounds: number): Promise<number> {
  const { run, dispose } = bench.open();
  run().dispose();
  let [own, other] = [Infinity, Infinity];
  const repeats = Math.max(1, Math.round(1e9 / bench.flopCount)); // about 10 ms a turn
  for (let round = 0; round < rounds; round++) {
    own = Math.min(own, fastestMs(run, repeats));
    if (peer) other = Math.min(other, await peer.ask({ ...bench.request, repeats }));
  }
  dispose();
  const rate = (ms: number) => (bench.flopCount / ms / 1e6).toFixed(0).padStart(5);
  const ratio = other / own;
  console.log(
    `${bench.name.padEnd(46)} ${rate(own)} GFLOP/s` +
      (peer ? `  Python ${rate(other)}  ratio ${ratio.toFixed(2)}` : ""),
  );
  return ratio;
}

async function measureDispatch(peer: Peer | null, rounds: number): Promise<void> {
  const one = tf.scalar(1);
  let [own, other] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < 2000; i++) tf.add(one, one).dispose();
    own = Math.min(own, (performance.now() - start) / 2);
    if (peer) other = Math.min(other, await peer.ask({ op: "dispatch", repeats: 1 }));
  }
  const python = peer ? `; Python's raw op ${other.toFixed(1)} us` : "";
  console.log(`dispatch of tf.add() and its disposal: ${own.toFixed(1)} us${python}`);
}

/** Parameters of ResNet-50 with an embedding of 512: 161 tensors. */
function listParameterSizes(): number[] {
  const sizes = [7 * 7 * 3 * 64, 64, 64];
  let inputs = 64;
  for (const [width, count] of [[64, 3], [128, 4], [256, 6], [512, 3]] as const) {
    for (let block = 0; block < count; block++) {
      const outputs = 4 * width;
      sizes.push(inputs * width, width, width, 9 * width ** 2, width, width);
      sizes.push(width * outputs, outputs, outputs);
      if (block === 0) sizes.push(inputs * outputs, outputs, outputs);
      inputs = outputs;
    }
  }
  return [...sizes, 2048 * 512, 512];
}

function measureUpdate(rounds: number): void {
  const sizes = listParameterSizes();
  const parameters = new Map(
    sizes.map((size, i) => [`p${i}`, tf.tidy(() => tf.variable(tf.fill([size], 0.1)))]),
  );
  const gradients = new Map(sizes.map((size, i) => [`p${i}`, tf.fill([size], 0.01) as tf.Tensor]));
  const optimizer = createOptimizer({
    name: "adamw",
    learningRate: 1e-4,
    proxyLearningRateMultiplier: 1,
    weightDecay: 1e-4,
    clipValue: 10,
  });
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const [from, to] = [new Float32Array(count).fill(1), new Float32Array(count).fill(1)];
  let [update, copy] = [Infinity, Infinity];
  for (let step = 1; step <= rounds; step++) {
    let start = performance.now();
    for (let i = 0; i < 4; i++) to.set(from); // parameter, gradient and moments: read once, written once
    copy = Math.min(copy, performance.now() - start);
    start = performance.now();
    optimizer.step(parameters, gradients);
    update = Math.min(update, performance.now() - start);
  }
  console.log(
    `AdamW of ${(count / 1e6).toFixed(1)} M parameters in ${sizes.length} tensors: ${
      update.toFixed(0)
    } ms; copying their four arrays once ${copy.toFixed(0)} ms: ratio ${
      (update / copy).toFixed(2)
    }`,
  );
  optimizer.dispose();
  tf.dispose([...parameters.values(), ...gradients.values()]);
}

const flags = parseArgs(Deno.args, { string: ["threads", "rounds", "only"] });
const [threads, rounds] = [Number(flags.threads ?? 2), Number(flags.rounds ?? 25)];
const { backend } = await openBackend("tensorflow", { threads });
const script = new URL("./peers/tensorflow_ops.py", import.meta.url);
const opened = await openPeer(script, [`${threads}`], { limitSeconds: PEER_LIMIT_SECONDS });
const peer = opened instanceof PeerFailure ? null : opened;
console.log(
  `TensorFlow ${backend.version} on ${backend.device}, ${threads} threads; Python's ` +
    (opened instanceof PeerFailure ? `left out: ${opened.message}` : `is ${opened.greeting}`),
);
await measureDispatch(peer, rounds);
measureUpdate(rounds);
const ratios: number[] = [];
const cases = [matmulCase(512), matmulCase(1024), ...CONVOLUTIONS.flatMap(convolutionCases)];
for (const bench of cases.filter(({ name }) => name.includes(String(flags.only ?? "")))) {
  ratios.push(await compare(bench, peer, rounds));
}
if (peer) {
  const sorted = ratios.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  console.log(`ratio to Python: least ${sorted[0]!.toFixed(2)}, median ${middle.toFixed(2)}`);
}
await peer?.close();
