/** Kernel `BatchMatMul`, in place of tfjs's, which is an order of magnitude slower where an input is transposed. */

import * as tf from "@tensorflow/tfjs";
import { FLOAT_BYTES } from "./conv_geometry.ts";
import { NO_END } from "./convolve.ts";
import type { KernelCall } from "./kernel_threads.ts";
import { countScratchBytes, splitPacking, splitProduct, splitRange } from "./multiply_parts.ts";
import type { Address } from "./kernel_functions.ts";
import type { WasmModule } from "./open_module.ts";

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

/** Many matrices: each part takes some of them. Few: each is split itself, once it is packed. */
function multiplyMatrices(module: WasmModule, product: Product, [a, b, out]: Addresses): void {
  const { threads } = module;
  const { rowCount, depth, columnCount, batchSize, batchA, batchB, transposeA } = product;
  const sizeA = rowCount * depth * FLOAT_BYTES;
  const sizeB = depth * columnCount * FLOAT_BYTES;
  const outRowBytes = columnCount * FLOAT_BYTES;
  const partCount = threads.countParts(batchSize * rowCount * depth * columnCount);
  const isMany = batchSize >= partCount;
  const groups = splitRange(batchSize, 1, isMany ? partCount : 1);
  const areaSizes = [depth * Math.ceil(columnCount / 8) * 32, transposeA ? sizeA : 0];
  const [offsets, scratch, ...areas] = module.reserve(
    rowCount * 8,
    countScratchBytes(partCount),
    ...groups.flatMap(() => areaSizes),
  ) as [Address, Address, ...Address[]];
  threads.run([
    [["writeOffsets", offsets, 1, 1, rowCount, 0, 0, 0, depth * FLOAT_BYTES]],
    [["writeOffsets", offsets + 4, 1, 1, rowCount, 0, 0, 0, outRowBytes]],
  ]);
  const layOut = (i: number, group: number) =>
    layOutMatrix(product, [a + (i % batchA) * sizeA, b + (i % batchB) * sizeB], {
      ...{ offsets, out: out + i * rowCount * outRowBytes },
      ...{ panels: areas[group * 2]!, turned: areas[group * 2 + 1]! },
    });
  if (!isMany) {
    for (let i = 0; i < batchSize; i++) {
      const { turning, packing, multiplication } = layOut(i, 0);
      threads.run([turning, ...splitPacking(packing, partCount)]);
      threads.run(splitProduct(multiplication, partCount, scratch));
    }
    return;
  }
  threads.run(
    groups.map(({ start, count }, group) =>
      Array.from({ length: count }, (_, k): KernelCall[] => {
        const { turning, packing, multiplication } = layOut(start + k, group);
        const end = scratch + countScratchBytes(group);
        return [...turning, ["packPanels", ...packing], ["multiplyRows", ...multiplication, end]];
      }).flat()
    ),
  );
}

interface MatrixAreas {
  readonly offsets: Address;
  readonly out: Address;
  readonly panels: Address;
  /** For A, if it is transposed. */
  readonly turned: Address;
}

/** The steps of one matrix's product. */
function layOutMatrix(
  { rowCount, depth, columnCount, transposeA, transposeB }: Product,
  [left, right]: [Address, Address],
  { offsets, out, panels, turned }: MatrixAreas,
) {
  const [strideK, strideN] = transposeB
    ? [FLOAT_BYTES, depth * FLOAT_BYTES]
    : [columnCount * FLOAT_BYTES, FLOAT_BYTES];
  const turning: KernelCall[] = transposeA ? [["transpose", left, turned, depth, rowCount]] : [];
  const packing = [right, panels, 0, depth, depth, columnCount, strideK, strideN] as const;
  const multiplication = [
    ...[transposeA ? turned : left, offsets, rowCount, 1, 0, depth, panels, columnCount] as const,
    ...[out, NO_END.bias, NO_END.residual, NO_END.hasRelu] as const,
  ] as const;
  return { turning, packing, multiplication };
}
