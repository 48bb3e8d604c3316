/** Convolutions and products of small whole numbers in plain loops: every sum is exact in bfloat16, which has them up to 256. */

/** A convolution of one image, by shape. */
export interface ConvolutionShape {
  /** H = W. */
  readonly size: number;
  readonly channels: number;
  readonly outputs: number;
  /** Pixels of either side of the filter. */
  readonly filterSize: number;
  readonly stride: number;
  /** Zeros on every side. */
  readonly pad: number;
}

/** Products of matrices: `count` times [rows, inner] by [inner, columns]. */
export interface ProductShape {
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** What is multiplied, and the gradient at the result. */
export interface Factors {
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly upstream: Float32Array;
}

/** A bilinear function's result, and its gradients. */
export interface Sums {
  readonly result: ArrayLike<number>;
  readonly firstGradient: ArrayLike<number>;
  readonly secondGradient: ArrayLike<number>;
}

/** H' = W'. */
export function outputSize({ size, filterSize, stride, pad }: ConvolutionShape): number {
  return Math.floor((size + 2 * pad - filterSize) / stride) + 1;
}

/** Image [1, H, W, I], filter [FH, FW, I, O] and upstream [1, H', W', O] of a convolution. */
export function drawConvolution(shape: ConvolutionShape): Factors {
  const { size, filterSize, channels, outputs } = shape;
  return drawFactors(
    size ** 2 * channels,
    filterSize ** 2 * channels * outputs,
    outputSize(shape) ** 2 * outputs,
  );
}

/** Matrices [G, M, K], [G, K, N] and [G, M, N]. */
export function drawProduct({ count, rows, inner, columns }: ProductShape): Factors {
  return drawFactors(count * rows * inner, count * inner * columns, count * rows * columns);
}

function drawFactors(firstCount: number, secondCount: number, resultCount: number): Factors {
  return {
    first: Float32Array.from({ length: firstCount }, (_, i) => (i * i + 3 * i) % 5 - 2),
    second: Float32Array.from({ length: secondCount }, (_, i) => (i * i * 5 + i % 7) % 3 - 1),
    upstream: Float32Array.from({ length: resultCount }, (_, i) => (i * i + i % 11) % 3 - 1),
  };
}

/** Gets a place of each of the three tensors: the result there is a sum, of which the product of the two factors is one term. */
type TermVisitor = (first: number, second: number, result: number) => void;

/** The convolution of the factors and its gradients. */
export function convolveExactly(shape: ConvolutionShape, factors: Factors): Sums {
  return sumTerms(factors, (visit) => visitTaps(shape, visit));
}

/** The products of the factors and their gradients. */
export function multiplyExactly(shape: ProductShape, factors: Factors): Sums {
  return sumTerms(factors, (visit) => visitTerms(shape, visit));
}

function visitTaps(shape: ConvolutionShape, visit: TermVisitor): void {
  const { size, channels, outputs, filterSize, stride, pad } = shape;
  const width = outputSize(shape);
  for (let place = 0; place < (width * filterSize) ** 2; place++) {
    const [pixel, tap] = [Math.floor(place / filterSize ** 2), place % filterSize ** 2];
    const row = Math.floor(pixel / width) * stride + Math.floor(tap / filterSize) - pad;
    const column = pixel % width * stride + tap % filterSize - pad;
    if (row < 0 || row >= size || column < 0 || column >= size) continue;
    for (let c = 0; c < channels; c++) {
      const [from, at] = [(row * size + column) * channels + c, (tap * channels + c) * outputs];
      for (let o = 0; o < outputs; o++) visit(from, at + o, pixel * outputs + o);
    }
  }
}

function visitTerms({ count, rows, inner, columns }: ProductShape, visit: TermVisitor): void {
  for (let line = 0; line < count * rows; line++) { // a row of one of the products
    const product = Math.floor(line / rows);
    for (let k = 0; k < inner; k++) {
      const at = (product * inner + k) * columns;
      for (let j = 0; j < columns; j++) visit(line * inner + k, at + j, line * columns + j);
    }
  }
}

function sumTerms(
  { first, second, upstream }: Factors,
  visitAll: (visit: TermVisitor) => void,
): Sums {
  const result = new Float64Array(upstream.length);
  const firstGradient = new Float64Array(first.length);
  const secondGradient = new Float64Array(second.length);
  visitAll((a, b, r) => {
    result[r]! += first[a]! * second[b]!;
    firstGradient[a]! += upstream[r]! * second[b]!;
    secondGradient[b]! += upstream[r]! * first[a]!;
  });
  return { result, firstGradient, secondGradient };
}
