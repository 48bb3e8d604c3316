/** Layers of a network in float64 and plain loops, row-major; nothing here is shared with `lib/`. */

/** An image batch [batch, height, width, channels]. */
export interface Grid {
  readonly shape: readonly [number, number, number, number];
  readonly data: ArrayLike<number>;
}

/** Value at a place; zero outside. */
function readAt({ shape, data }: Grid, b: number, y: number, x: number, c: number): number {
  const [, height, width, channels] = shape;
  if (y < 0 || x < 0 || y >= height || x >= width) return 0;
  return data[((b * height + y) * width + x) * channels + c]!;
}

/** PyTorch's conv2d with symmetric zero padding; filter row-major [O, I, K, K]. */
export function referenceConv(
  x: Grid,
  filter: ArrayLike<number>,
  outputs: number,
  kernel: number,
  stride: number,
  pad: number,
): { shape: [number, number, number, number]; data: number[] } {
  const [batch, height, width, inputs] = x.shape;
  const size = (extent: number) => Math.floor((extent + 2 * pad - kernel) / stride) + 1;
  const shape: [number, number, number, number] = [batch, size(height), size(width), outputs];
  const data: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < shape[1]; row++) {
      for (let column = 0; column < shape[2]; column++) {
        for (let o = 0; o < outputs; o++) {
          let sum = 0;
          for (let i = 0; i < inputs; i++) {
            for (let u = 0; u < kernel; u++) {
              for (let v = 0; v < kernel; v++) {
                sum += filter[((o * inputs + i) * kernel + u) * kernel + v]! *
                  readAt(x, b, row * stride + u - pad, column * stride + v - pad, i);
              }
            }
          }
          data.push(sum);
        }
      }
    }
  }
  return { shape, data };
}

/** Mean and biased variance of each of `channels` interleaved channels. */
export function referenceStatistics(
  data: ArrayLike<number>,
  channels: number,
): { mean: number[]; variance: number[]; count: number } {
  const count = data.length / channels;
  const mean = new Array<number>(channels).fill(0);
  const variance = new Array<number>(channels).fill(0);
  for (let i = 0; i < data.length; i++) mean[i % channels]! += data[i]! / count;
  for (let i = 0; i < data.length; i++) {
    variance[i % channels]! += (data[i]! - mean[i % channels]!) ** 2 / count;
  }
  return { mean, variance, count };
}

/** scale · (x - mean) / sqrt(variance + 1e-5) + shift, per channel. */
export function referenceBatchNorm(
  data: ArrayLike<number>,
  { mean, variance }: { mean: ArrayLike<number>; variance: ArrayLike<number> },
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
): number[] {
  return Array.from(data, (value, i) => {
    const c = i % scale.length;
    return scale[c]! * (value - mean[c]!) / Math.sqrt(variance[c]! + 1e-5) + shift[c]!;
  });
}

/**
 * PyTorch's pools with the windows found by trying: one after the other, from -pad, as long as a window begins before the end
 * of input and left padding, and either lies whole within the padded input or the mode is ceil.
 */
export function referencePool(
  x: Grid,
  kind: "max" | "average",
  options: { kernelSize: number; stride: number; pad: number; isCeil: boolean },
): { shape: [number, number, number, number]; data: number[] } {
  const [batch, height, width, channels] = x.shape;
  const rows = windowStarts(height, options);
  const columns = windowStarts(width, options);
  const { kernelSize, pad } = options;
  const data: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (const top of rows) {
      for (const left of columns) {
        for (let c = 0; c < channels; c++) {
          let [largest, sum, count] = [-Infinity, 0, 0];
          for (let y = top; y < Math.min(top + kernelSize, height + pad); y++) {
            for (let at = left; at < Math.min(left + kernelSize, width + pad); at++) {
              const value = readAt(x, b, y, at, c);
              const isInside = y >= 0 && at >= 0 && y < height && at < width;
              if (isInside) largest = Math.max(largest, value);
              sum += value;
              count++;
            }
          }
          data.push(kind === "max" ? largest : sum / count);
        }
      }
    }
  }
  return { shape: [batch, rows.length, columns.length, channels], data };
}

function windowStarts(
  size: number,
  options: { kernelSize: number; stride: number; pad: number; isCeil: boolean },
): number[] {
  const { kernelSize, stride, pad, isCeil } = options;
  const starts = [-pad];
  for (;;) {
    const next = starts.at(-1)! + stride;
    const isWhole = next + kernelSize <= size + pad;
    const isPartial = isCeil && starts.at(-1)! + kernelSize < size + pad && next < size;
    if (!isWhole && !isPartial) return starts;
    starts.push(next);
  }
}

/** Layer norm of rows of `width`. */
export function referenceLayerNorm(
  data: ArrayLike<number>,
  width: number,
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
  epsilon: number,
): number[] {
  const values = Array.from(data);
  return values.map((value, i) => {
    const row = values.slice(i - i % width, i - i % width + width);
    const mean = row.reduce((sum, entry) => sum + entry, 0) / width;
    const variance = row.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / width;
    return (value - mean) / Math.sqrt(variance + epsilon) * scale[i % width]! + shift[i % width]!;
  });
}

/** dL/dx, dL/dscale and dL/dshift of L = Σ upstream · {@linkcode referenceLayerNorm}, by the whole Jacobian of each row. */
export function referenceLayerNormGradients(
  data: ArrayLike<number>,
  upstream: ArrayLike<number>,
  scale: ArrayLike<number>,
  epsilon: number,
) {
  const width = scale.length;
  const dx = new Float64Array(data.length);
  const [dScale, dShift] = [new Float64Array(width), new Float64Array(width)];
  for (let from = 0; from < data.length; from += width) {
    const x = Array.from({ length: width }, (_, i) => data[from + i]!);
    const mean = x.reduce((sum, value) => sum + value, 0) / width;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const sigma = Math.sqrt(variance + epsilon);
    const normalized = x.map((value) => (value - mean) / sigma);
    for (let i = 0; i < width; i++) {
      const dy = upstream[from + i]!;
      dScale[i]! += dy * normalized[i]!;
      dShift[i]! += dy;
      for (let j = 0; j < width; j++) {
        const slope = (Number(i === j) - (1 + normalized[i]! * normalized[j]!) / width) / sigma;
        dx[from + j]! += dy * scale[i]! * slope;
      }
    }
  }
  return { dx, dScale, dShift };
}

/** x · Φ(x), with Φ by Simpson's rule over the normal density. */
export function referenceGelu(x: number): number {
  const steps = 2000;
  const density = (t: number) => Math.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * density(x * i / steps);
  return x * (0.5 + sum * x / steps / 3);
}

/** The derivative of {@linkcode referenceGelu}, measured. */
export function referenceGeluSlope(x: number): number {
  const step = 1e-4;
  return (referenceGelu(x + step) - referenceGelu(x - step)) / (2 * step);
}

/** Attention of one batch entry: rows of x [T, E] against weights [out, in]; timm's order of queries, keys and values. */
export function referenceAttention(
  x: readonly (readonly number[])[],
  qkv: { weight: number[][]; bias: number[] },
  projection: { weight: number[][]; bias: number[] },
  headCount: number,
): number[][] {
  const width = x[0]!.length;
  const size = width / headCount;
  const apply = (row: readonly number[], layer: { weight: number[][]; bias: number[] }) =>
    layer.weight.map((weights, o) =>
      weights.reduce((sum, weight, i) => sum + weight * row[i]!, layer.bias[o]!)
    );
  const parts = x.map((row) => apply(row, qkv));
  const mixed = x.map((_, t) => {
    const row: number[] = [];
    for (let h = 0; h < headCount; h++) {
      const from = (part: number, token: number) =>
        parts[token]!.slice(part * width + h * size, part * width + (h + 1) * size);
      const query = from(0, t);
      const scores = x.map((_, other) =>
        from(1, other).reduce((sum, key, i) => sum + key * query[i]!, 0) / Math.sqrt(size)
      );
      const weights = scores.map((score) => Math.exp(score));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (let i = 0; i < size; i++) {
        row.push(weights.reduce((sum, w, other) => sum + w / total * from(2, other)[i]!, 0));
      }
    }
    return row;
  });
  return mixed.map((row) => apply(row, projection));
}
