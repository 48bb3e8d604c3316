/** Ranks images by similarity on the current backend, without a sorted list: a rank is the number of images that come before. */

import * as tf from "@tensorflow/tfjs";
import { chooseThreadCount, rankInThreads } from "./rank_in_threads.ts";
import { rankOnBackend } from "./rank_on_backend.ts";
import { useMemory } from "./ranking_memory.ts";
import { planRanking, type RankingRules, type RankingTask } from "./ranking_task.ts";
import type { RankedSlots } from "./tile_ranker.ts";
import type { UnitRows } from "./unit_rows.ts";

/** Images of a block on a backend: its products are fastest in large tiles; half of them need many blocks. */
const BACKEND_BLOCKS = { few: 1024, many: 2048, manyImages: 2 ** 14 };
/** Images of a block in a thread: two blocks and a tile stay in a core's cache. */
const THREAD_BLOCKS = { least: 256, most: 1024 };
/** A block has a multiple of so many slots. */
const BLOCK_STEP = 16;

/** A ranking that has been carried out. */
export interface RankedTask {
  readonly task: RankingTask;
  /** In any order. */
  readonly ranked: readonly RankedSlots[];
}

/**
 * Ranks images for queries. Backend `wasm` has its own products on all cores; the others multiply as they do.
 *
 * @param queries [Q, D]
 * @param images [G, D]; the same object where the queries are among them.
 */
export function rankImages(
  rules: RankingRules,
  queries: UnitRows,
  images: UnitRows,
): Promise<RankedTask> {
  const imageCount = images.rowCount;
  return useMemory(async () => {
    if (tf.getBackend() === "wasm") {
      const products = rules.queryRows.length * imageCount * images.columnCount;
      const threadCount = chooseThreadCount(products);
      const blockSize = fitBlock(imageCount, Math.max(THREAD_BLOCKS.least, largestClass(rules)));
      const limit = Math.min(blockSize, THREAD_BLOCKS.most);
      const task = planRanking(rules, limit, threadCount);
      return { task, ranked: await rankInThreads(task, queries, images, threadCount) };
    }
    const { few, many, manyImages } = BACKEND_BLOCKS;
    const blockSize = fitBlock(imageCount, imageCount < manyImages ? few : many);
    const task = planRanking(rules, blockSize, 1);
    return { task, ranked: await rankOnBackend(task, queries, images) };
  });
}

function fitBlock(imageCount: number, size: number): number {
  return Math.ceil(Math.min(imageCount, size) / BLOCK_STEP) * BLOCK_STEP;
}

function largestClass({ imageLabels }: RankingRules): number {
  const sizes = new Map<number, number>();
  let largest = 0;
  for (let row = 0; row < imageLabels.length; row++) {
    const size = (sizes.get(imageLabels[row]!) ?? 0) + 1;
    sizes.set(imageLabels[row]!, size);
    if (size > largest) largest = size;
  }
  return largest;
}
