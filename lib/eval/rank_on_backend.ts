/** Ranks with the current backend's products; tiles are counted while it computes the next. */

import * as tf from "@tensorflow/tfjs";
import { compileFunction } from "../backend/compile.ts";
import { readInto } from "../backend/read_into.ts";
import { runAhead } from "../run_ahead.ts";
import { BlockTensors } from "./block_tensors.ts";
import type { Tensor } from "../tensor.ts";
import type { QueryTable } from "./query_table.ts";
import { releaseFrom, reserve } from "./ranking_memory.ts";
import { findClassBlocks, type RankingTask } from "./ranking_task.ts";
import { type RankedSlots, TileRanker } from "./tile_ranker.ts";
import type { UnitRows } from "./unit_rows.ts";

/** Bytes that the blocks of a set may take on the backend where each block of queries needs all blocks of images. */
const ROW_BYTES = 2 ** 28;
/** The same where pairs of blocks go group by group: each block is made a few times, and none waits in memory. */
const MIRRORED_BYTES = 2 ** 25;
/**
 * Products under way while a tile is used: two side by side leave no core idle where one waits for its slower half (0.93 of the time of
 * one after the other), and six of small tiles go on where some take long to count (0.95 of the time of two).
 */
const PRODUCTS_AHEAD = { least: 2, most: 6 };
/** Bytes that more than the least of them may take. */
const PRODUCT_BYTES = 2 ** 25;

/** A tile, and what is done once it is in the ranker's memory. */
interface Step {
  readonly block: number;
  readonly imageBlock: number;
  use(): void;
}

/**
 * Ranks the queries of a task.
 *
 * @returns Every query once. The tiles of a layout have one shape, so that all similarities come from one kernel.
 */
export async function rankOnBackend(
  task: RankingTask,
  queries: UnitRows,
  images: UnitRows,
): Promise<RankedSlots[]> {
  const ranker = new TileRanker(task);
  const byteCount = task.isSymmetric ? MIRRORED_BYTES : ROW_BYTES;
  const imageBlocks = new BlockTensors(images, task.images, byteCount);
  const queryBlocks = task.isSymmetric
    ? imageBlocks
    : new BlockTensors(queries, task.queries, byteCount);
  const multiply = compileFunction(
    ([a, b]) => [tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, false, true)],
    { name: "similarities", variables: [] },
  );
  const ranked: RankedSlots[] = [];
  const steps = task.isSymmetric
    ? listMirroredSteps(task, ranker, imageBlocks.capacity, ranked)
    : listRowSteps(task, ranker, ranked);
  try {
    await useTiles(
      steps,
      ranker,
      (step) => multiply.runAside([queryBlocks.get(step.block), imageBlocks.get(step.imageBlock)]),
    );
  } finally {
    multiply.dispose();
    imageBlocks.dispose();
    queryBlocks.dispose();
  }
  return ranked;
}

/** Takes the steps in turn; while a tile is used, the next ones are computed. */
async function useTiles(
  steps: Iterator<Step>,
  ranker: TileRanker,
  multiply: (step: Step) => Promise<Tensor[]>,
): Promise<void> {
  const products = new Set<Tensor>();
  const { least, most } = PRODUCTS_AHEAD;
  const fitting = Math.floor(PRODUCT_BYTES / ranker.viewTile().byteLength);
  const ahead = Math.max(least, Math.min(most, fitting));
  const options = { limit: ahead + 1, ahead };
  const computed = runAhead(Infinity, options, async () => {
    const { value: step, done } = steps.next();
    if (done) return null;
    const [product] = await multiply(step);
    products.add(product!);
    return { step, product: product! };
  });
  try {
    for await (const next of computed) {
      if (next === null) break;
      await readInto(next.product, () => ranker.viewTile());
      next.product.dispose();
      products.delete(next.product);
      next.step.use();
    }
  } finally {
    tf.dispose([...products]); // after a failure some are left
  }
}

/**
 * Tiles of the diagonal, which have all images of their queries' classes, and those above it for both sides. The former take long to
 * count, the latter to compute: in turns, both go on side by side.
 */
function* listMirroredSteps(
  { queries: { blockSize, blockCount, counts } }: RankingTask,
  ranker: TileRanker,
  capacity: number,
  ranked: RankedSlots[],
): Generator<Step> {
  const table = ranker.openTable(null);
  let left = blockCount * (blockCount + 1) / 2;
  const end = () => {
    if (--left === 0) ranked.push({ firstSlot: 0, ...table.finish() });
  };
  for (const [block, imageBlock] of listPairs(blockCount, Math.floor(capacity / 2))) {
    const isDiagonal = block === imageBlock;
    const first = block * blockSize;
    yield {
      block,
      imageBlock,
      use() {
        if (isDiagonal) {
          ranker.collect(table, first, block, block);
          table.orderRelevant(first, counts[block]!);
        }
        ranker.count(table, first, block, imageBlock, !isDiagonal);
        end();
      },
    };
  }
}

/**
 * Pairs of blocks, a block with itself before it is with others. They go group by group, so that two groups of blocks are in use at a
 * time.
 */
export function* listPairs(
  blockCount: number,
  groupSize: number,
): Generator<[block: number, imageBlock: number]> {
  for (let b = 0; b < blockCount; b += groupSize) {
    const end = Math.min(b + groupSize, blockCount);
    for (let other = b; other < end; other++) {
      yield [other, other];
      for (let block = b; block < other; block++) yield [block, other];
    }
    for (let a = 0; a < b; a += groupSize) {
      for (let other = b; other < end; other++) {
        for (let block = a; block < a + groupSize; block++) yield [block, other];
      }
    }
  }
}

/** Block of queries after block: tiles with images of their classes, then all tiles. */
function* listRowSteps(
  task: RankingTask,
  ranker: TileRanker,
  ranked: RankedSlots[],
): Generator<Step> {
  const { queries, images, isStrict } = task;
  const tables = reserve(0);
  for (let block = 0; block < queries.blockCount; block++) {
    let table: QueryTable;
    const [first, last] = findClassBlocks(task, block) ?? [0, -1];
    // The steps before this block may not have been taken yet: its table is made by its first step.
    const begin = () => {
      releaseFrom(tables);
      table = ranker.openTable(block);
    };
    for (let imageBlock = first; imageBlock <= last; imageBlock++) {
      yield {
        block,
        imageBlock,
        use() {
          if (imageBlock === first) begin();
          ranker.collect(table, 0, block, imageBlock);
          if (imageBlock < last) return;
          table.orderRelevant(0, queries.counts[block]!);
          if (isStrict) table.ignoreTies();
        },
      };
    }
    for (let imageBlock = 0; imageBlock < images.blockCount; imageBlock++) {
      yield {
        block,
        imageBlock,
        use() {
          if (imageBlock === 0 && last < first) begin();
          ranker.count(table, 0, block, imageBlock);
          if (imageBlock < images.blockCount - 1) return;
          ranked.push({ firstSlot: block * queries.blockSize, ...table.finish() });
        },
      };
    }
  }
}
