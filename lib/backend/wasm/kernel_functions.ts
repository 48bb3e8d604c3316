/** The functions of our WebAssembly module, as TypeScript sees them. */

/** An address in the memory of tfjs's wasm backend, in bytes. */
export type Address = number;

/** The module's functions; their sources in `kernels/` say what the arguments are. */
export interface Kernels {
  multiplyRows(
    a: Address,
    offsets: Address,
    rowCount: number,
    segmentCount: number,
    segmentStride: number,
    segmentLength: number,
    panels: Address,
    columnCount: number,
    out: Address,
    bias: Address,
    residual: Address,
    hasRelu: boolean,
    scratch: Address,
  ): void;
  packPanels(
    source: Address,
    target: Address,
    kStart: number,
    kCount: number,
    kTotal: number,
    columnCount: number,
    strideK: number,
    strideN: number,
  ): void;
  accumulateOuter(
    a: Address,
    offsets: Address,
    rowCount: number,
    segmentCount: number,
    segmentStride: number,
    segmentLength: number,
    b: Address,
    columnCount: number,
    sums: Address,
  ): void;
  writeOffsets(
    offsets: Address,
    batchSize: number,
    height: number,
    width: number,
    start: number,
    imageStride: number,
    rowStride: number,
    columnStride: number,
  ): void;
  padImages(
    source: Address,
    target: Address,
    batchSize: number,
    height: number,
    width: number,
    channelBytes: number,
    top: number,
    left: number,
    paddedHeight: number,
    paddedWidth: number,
  ): void;
  copyRows(
    source: Address,
    target: Address,
    rowCount: number,
    rowBytes: number,
    sourceStride: number,
    targetStride: number,
  ): void;
  fillZeros(target: Address, byteCount: number): void;
  transpose(source: Address, target: Address, rowCount: number, columnCount: number): void;
  sumChannels(
    x: Address,
    rowCount: number,
    channelCount: number,
    factor: number,
    out: Address,
  ): void;
  computeVariance(
    x: Address,
    mean: Address,
    rowCount: number,
    channelCount: number,
    variance: Address,
  ): void;
  normalizeChannels(
    x: Address,
    rowCount: number,
    channelCount: number,
    center: Address,
    factor: Address,
    shift: Address,
    out: Address,
  ): void;
  sumProducts(
    dy: Address,
    x: Address,
    center: Address,
    rowCount: number,
    channelCount: number,
    sums: Address,
  ): void;
  computeFactors(
    variance: Address,
    scale: Address,
    channelCount: number,
    epsilon: number,
    factor: Address,
  ): void;
  combineGradient(
    dy: Address,
    x: Address,
    center: Address,
    a: Address,
    b: Address,
    d: Address,
    rowCount: number,
    channelCount: number,
    dx: Address,
  ): void;
  computeGradientFactors(
    variance: Address,
    scale: Address,
    dShift: Address,
    sums: Address,
    rowCount: number,
    channelCount: number,
    epsilon: number,
    a: Address,
    b: Address,
    d: Address,
  ): void;
  routeToMaximum(
    x: Address,
    y: Address,
    dy: Address,
    dx: Address,
    batchSize: number,
    height: number,
    width: number,
    channelCount: number,
    outHeight: number,
    outWidth: number,
    filterHeight: number,
    filterWidth: number,
    strideHeight: number,
    strideWidth: number,
    top: number,
    left: number,
  ): void;
  normalizeRows(
    x: Address,
    scale: Address,
    shift: Address,
    rowCount: number,
    width: number,
    epsilon: number,
    out: Address,
  ): void;
  normalizeRowsGradient(
    x: Address,
    scale: Address,
    dy: Address,
    rowCount: number,
    width: number,
    epsilon: number,
    dx: Address,
    along: Address,
  ): void;
  softmaxGradient(
    y: Address,
    dy: Address,
    rowCount: number,
    width: number,
    dx: Address,
  ): void;
  gelu(x: Address, out: Address, count: number): void;
  geluGradient(x: Address, dy: Address, out: Address, count: number): void;
  gateByPositive(dy: Address, y: Address, out: Address, count: number): void;
  updateAdamw(
    p: Address,
    g: Address,
    m: Address,
    v: Address,
    count: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    keep: number,
    stepSize: number,
    rootScale: number,
    clip: number,
    nextP: Address,
    nextM: Address,
    nextV: Address,
  ): void;
}
