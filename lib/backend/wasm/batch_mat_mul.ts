/** Kernel `BatchMatMul`, in place of tfjs's, which is an order of magnitude slower where an input is transposed. */

import * as tf from "@tensorflow/tfjs";
import { FLOAT_BYTES } from "./conv_geometry.ts";
import { NO_END } from "./convolve.ts";
import type { Address, WasmModule } from "./open_module.ts";

/** C = A · B over the last two axes, each transposed first if asked; leading axes broadcast. */
export function createBatchMatMul(module: WasmModule): tf.KernelConfig {
  return {
    kernelName: tf.BatchMatMul,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const { a, b } = inputs as Record<"a" | "b", tf.TensorInfo>;
      if (a.dtype !== "float32" || b.dtype !== "float32") {
        throw new RangeError(
          `Cannot multiply matrices on wasm as both must be float32: they are ${a.dtype} and ${b.dtype}`,
        );
      }
      const { transposeA, transposeB } = attrs as unknown as Record<string, boolean>;
      const product = layOutProduct(a.shape, b.shape, transposeA!, transposeB!);
      const out = module.createTensor(product.shape);
      multiplyMatrices(module, product, [a, b, out].map(module.addressOf) as Addresses);
      return out;
    },
  };
}

/** Of a, b and the result. */
type Addresses = [Address, Address, Address];

interface Product {
  /** Of the result: [..., M, N]. */
  readonly shape: number[];
  readonly rowCount: number;
  readonly depth: number;
  readonly columnCount: number;
  /** Number of matrices in the result. */
  readonly batchSize: number;
  /** Number of matrices in each input; a single one repeats. */
  readonly batchA: number;
  readonly batchB: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function layOutProduct(
  shapeA: readonly number[],
  shapeB: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
): Product {
  const [outerA, innerA] = transposeA ? [shapeA.at(-1)!, shapeA.at(-2)!] : shapeA.slice(-2);
  const [innerB, outerB] = transposeB ? [shapeB.at(-1)!, shapeB.at(-2)!] : shapeB.slice(-2);
  if (innerA !== innerB) {
    throw new RangeError(
      `Cannot multiply matrices as their inner sizes must be equal: they are ${innerA} and ${innerB}`,
    );
  }
  const [leadA, leadB] = [shapeA.slice(0, -2), shapeB.slice(0, -2)];
  const lead = tf.broadcast_util.assertAndGetBroadcastShape(leadA, leadB);
  const [batchA, batchB] = [tf.util.sizeFromShape(leadA), tf.util.sizeFromShape(leadB)];
  const batchSize = tf.util.sizeFromShape(lead);
  if ([batchA, batchB].some((count) => count !== 1 && count !== batchSize)) {
    throw new RangeError(
      `Cannot multiply matrices as leading axes must be equal or all 1: they are [${leadA}] and [${leadB}]`,
    );
  }
  return {
    shape: [...lead, outerA!, outerB!],
    rowCount: outerA!,
    depth: innerA!,
    columnCount: outerB!,
    batchSize,
    batchA,
    batchB,
    transposeA,
    transposeB,
  };
}

function multiplyMatrices(module: WasmModule, product: Product, addresses: Addresses): void {
  const { kernels } = module;
  const { rowCount, depth, columnCount, batchA, batchB, transposeA, transposeB } = product;
  const [a, b, out] = addresses;
  const sizeA = rowCount * depth * FLOAT_BYTES;
  const sizeB = depth * columnCount * FLOAT_BYTES;
  const outRowBytes = columnCount * FLOAT_BYTES;
  const [offsets, panels, tile, turned] = module.reserve(
    rowCount * 8,
    depth * Math.ceil(columnCount / 8) * 32,
    128,
    transposeA ? sizeA : 0,
  ) as [Address, Address, Address, Address];
  kernels.writeOffsets(offsets, 1, 1, rowCount, 0, 0, 0, depth * FLOAT_BYTES);
  kernels.writeOffsets(offsets + 4, 1, 1, rowCount, 0, 0, 0, outRowBytes);
  const [strideK, strideN] = transposeB
    ? [FLOAT_BYTES, depth * FLOAT_BYTES]
    : [outRowBytes, FLOAT_BYTES];
  for (let i = 0; i < product.batchSize; i++) {
    let left = a + (i % batchA) * sizeA;
    if (transposeA) {
      kernels.transpose(left, turned, depth, rowCount);
      left = turned;
    }
    const right = b + (i % batchB) * sizeB;
    kernels.packPanels(right, panels, 0, depth, depth, columnCount, strideK, strideN);
    kernels.multiplyRows(
      ...[left, offsets, rowCount, 1, 0, depth, panels, columnCount] as const,
      ...[out + i * rowCount * outRowBytes, NO_END.bias, NO_END.residual] as const,
      ...[NO_END.hasRelu, tile] as const,
    );
  }
}
