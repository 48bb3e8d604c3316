/** How fast the current backend multiplies: one convolution, one matrix product. */

import * as tf from "@tensorflow/tfjs";

/** Operations per second; one multiply-add is two operations. */
export interface Speed {
  /** 3x3 convolution, 128 to 128 channels, 28 px. */
  readonly convolutionGflops: number;
  /** Product of two square matrices. */
  readonly matMulGflops: number;
}

/** Seconds that one measurement takes, about. */
const MEASURED_SECONDS = 0.3;
/** A first run below this many seconds is followed by larger sizes. */
const FAST_SECONDS = 0.05;

/** Sizes for a slow backend, and for a fast one: with small ones it would only show how fast it starts. */
const SIZES = [{ batch: 1, matrix: 256 }, { batch: 4, matrix: 1024 }] as const;

/** Measures the current backend, for about a second. */
export async function measureSpeed(): Promise<Speed> {
  return {
    convolutionGflops: await measureFirst(measureConvolution),
    matMulGflops: await measureFirst(measureMatMul),
  };
}

type Sizes = typeof SIZES[number];
type Measurement = (sizes: Sizes) => { readonly flopCount: number; readonly run: () => tf.Tensor };

/** Rate at the largest sizes that the backend is fast enough for. */
async function measureFirst(prepare: Measurement): Promise<number> {
  let gflops = 0;
  for (const sizes of SIZES) {
    const engine = tf.engine();
    engine.startScope();
    try {
      const { flopCount, run } = prepare(sizes);
      const seconds = await measureSeconds(run);
      gflops = flopCount / seconds / 1e9;
      if (seconds > FAST_SECONDS) break;
    } finally {
      engine.endScope();
    }
  }
  return gflops;
}

function measureConvolution({ batch }: Sizes) {
  const x = tf.ones([batch, 28, 28, 128]) as tf.Tensor4D;
  const filter = tf.fill([3, 3, 128, 128], 0.01) as tf.Tensor4D;
  return {
    flopCount: 2 * batch * 28 * 28 * 9 * 128 * 128,
    run: () => tf.conv2d(x, filter, 1, 1),
  };
}

function measureMatMul({ matrix }: Sizes) {
  const [a, b] = [tf.fill([matrix, matrix], 0.01), tf.ones([matrix, matrix])];
  return { flopCount: 2 * matrix ** 3, run: () => tf.matMul(a, b) };
}

/** Seconds of one run: the first one compiles and is not counted. */
async function measureSeconds(run: () => tf.Tensor): Promise<number> {
  await measureRuns(run, 1);
  const once = await measureRuns(run, 1);
  const count = Math.min(200, Math.ceil(MEASURED_SECONDS / Math.max(once, 1e-4)));
  return count === 1 ? once : await measureRuns(run, count) / count;
}

/** Reads one number of the last result, so that a GPU has finished. */
async function measureRuns(run: () => tf.Tensor, count: number): Promise<number> {
  const startMs = performance.now();
  for (let i = 1; i < count; i++) run().dispose();
  const corner = tf.tidy(() => tf.slice(tf.reshape(run(), [-1]), 0, 1));
  await corner.data();
  corner.dispose();
  return (performance.now() - startMs) / 1000;
}
