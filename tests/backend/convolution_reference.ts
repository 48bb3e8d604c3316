/** Convolution, pools and their gradients in float64 and plain loops. */

/** Sizes of a window operation on [B, H, W, C]. */
export interface WindowCase {
  /** What is special about it. */
  readonly name: string;
  /** [B, H, W, I] */
  readonly input: readonly [number, number, number, number];
  /** [FH, FW, O]; pools have O = I. */
  readonly filter: readonly [number, number, number];
  readonly stride: number;
  /** What tfjs is given. */
  readonly pad: number | "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];
  /** The same in zeros: top, bottom, left, right. */
  readonly zeros: readonly [number, number, number, number];
}

/** Height and width of the output. */
export function outputSize({ input, filter, stride, zeros }: WindowCase): [number, number] {
  const [, height, width] = input;
  const [top, bottom, left, right] = zeros;
  return [
    Math.floor((height + top + bottom - filter[0]) / stride) + 1,
    Math.floor((width + left + right - filter[1]) / stride) + 1,
  ];
}

/** Calls `visit` for every pair of output and input positions that a window joins; x is -1 outside of the input. */
function visitPairs(
  sizes: WindowCase,
  visit: (output: number, entry: number, input: number) => void,
): void {
  const { input: [batchSize, height, width], filter: [fh, fw], stride, zeros } = sizes;
  const [outHeight, outWidth] = outputSize(sizes);
  for (let b = 0; b < batchSize; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let fy = 0; fy < fh; fy++) {
          for (let fx = 0; fx < fw; fx++) {
            const [y, x] = [oy * stride + fy - zeros[0], ox * stride + fx - zeros[2]];
            const isInside = y >= 0 && y < height && x >= 0 && x < width;
            const output = (b * outHeight + oy) * outWidth + ox;
            visit(output, fy * fw + fx, isInside ? (b * height + y) * width + x : -1);
          }
        }
      }
    }
  }
}

/** The convolution, and its gradients for an upstream gradient dy. */
export function referenceConv(
  sizes: WindowCase,
  x: Float32Array,
  filter: Float32Array,
  dy: Float32Array,
): { y: Float64Array; dx: Float64Array; dFilter: Float64Array } {
  const I = sizes.input[3];
  const O = sizes.filter[2];
  const y = new Float64Array(dy.length);
  const dx = new Float64Array(x.length);
  const dFilter = new Float64Array(filter.length);
  visitPairs(sizes, (output, entry, input) => {
    if (input < 0) return;
    for (let i = 0; i < I; i++) {
      for (let o = 0; o < O; o++) {
        const [at, to, of] = [input * I + i, output * O + o, (entry * I + i) * O + o];
        y[to]! += x[at]! * filter[of]!;
        dx[at]! += dy[to]! * filter[of]!;
        dFilter[of]! += dy[to]! * x[at]!;
      }
    }
  });
  return { y, dx, dFilter };
}

/** The maximum of each window (padding is less than everything), and the gradient, to the first of equal ones. */
export function referenceMaxPool(
  sizes: WindowCase,
  x: Float32Array,
  dy: Float32Array,
): { y: Float64Array; dx: Float64Array } {
  const C = sizes.input[3];
  const y = new Float64Array(dy.length).fill(-Infinity);
  const chosen = new Int32Array(dy.length);
  visitPairs(sizes, (output, _, input) => {
    for (let c = 0; c < C && input >= 0; c++) {
      if (x[input * C + c]! <= y[output * C + c]!) continue;
      y[output * C + c] = x[input * C + c]!;
      chosen[output * C + c] = input * C + c;
    }
  });
  const dx = new Float64Array(x.length);
  dy.forEach((upstream, i) => dx[chosen[i]!]! += upstream);
  return { y, dx };
}

/** The mean of each window without padding, and the gradient. */
export function referenceAveragePool(
  sizes: WindowCase,
  x: Float32Array,
  dy: Float32Array,
): { y: Float64Array; dx: Float64Array } {
  const C = sizes.input[3];
  const area = sizes.filter[0] * sizes.filter[1];
  const y = new Float64Array(dy.length);
  const dx = new Float64Array(x.length);
  visitPairs(sizes, (output, _, input) => {
    for (let c = 0; c < C && input >= 0; c++) {
      y[output * C + c]! += x[input * C + c]! / area;
      dx[input * C + c]! += dy[output * C + c]! / area;
    }
  });
  return { y, dx };
}
