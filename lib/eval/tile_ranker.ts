/** Ranks the queries of a task tile by tile; a tile has the similarities of a block of queries with a block of images. */

import * as kernels from "./ranking.wasm";
import { type CountedQueries, QueryTable } from "./query_table.ts";
import { type Address, put, reserve, viewFloats } from "./ranking_memory.ts";
import type { RankingTask } from "./ranking_task.ts";

/** Rows of a tile beyond its block's that products may write. */
const TILE_MARGIN_ROWS = 8;

/** Some of the queries of a task: all of them where they are ranked from half of the similarities, else a block. */
export class TileRanker {
  /** Where the next tile is to be written: rows of queries, columns of images. */
  readonly tile: Address;
  /** Bytes from row to row of a tile. */
  readonly strideBytes: number;
  readonly #task: RankingTask;
  readonly #imageRows: Address;
  readonly #queryRows: Address;
  readonly #starts: Address;
  readonly #ends: Address;

  /** Reserves a tile, and copies what tells where images are. */
  constructor(task: RankingTask) {
    const { queries, images } = task;
    this.#task = task;
    this.strideBytes = images.blockSize * 4;
    this.tile = reserve((queries.blockSize + TILE_MARGIN_ROWS) * this.strideBytes);
    this.#imageRows = put(images.rows);
    this.#queryRows = task.isSymmetric ? this.#imageRows : put(queries.rows);
    this.#starts = put(task.starts);
    this.#ends = put(task.ends);
  }

  /** The tile, [queries of a block, images of a block]; valid until memory is reserved. */
  viewTile(): Float32Array {
    const { queries, images } = this.#task;
    return viewFloats(this.tile, queries.blockSize * images.blockSize);
  }

  /** A table of the queries of a block, or of all. */
  openTable(block: number | null): QueryTable {
    const { queries: { blockSize }, capacities } = this.#task;
    return new QueryTable(
      block === null ? capacities : capacities.subarray(block * blockSize, (block + 1) * blockSize),
    );
  }

  /**
   * Collects the images of the class of each query that are in the tile.
   *
   * @param firstQuery The block's first query in the table.
   */
  collect(table: QueryTable, firstQuery: number, block: number, imageBlock: number): void {
    const { queries, images } = this.#task;
    this.#leaveOutSelf(block, imageBlock);
    const slot = block * queries.blockSize * 4;
    kernels.collectRelevant(
      table.address,
      firstQuery,
      queries.counts[block]!,
      this.tile,
      this.strideBytes,
      this.#starts + slot,
      this.#ends + slot,
      imageBlock * images.blockSize,
      images.counts[imageBlock]!,
      this.#imageRows + imageBlock * images.blockSize * 4,
    );
  }

  /**
   * Counts a tile for the queries of its rows.
   *
   * @param isMirrored Whether it counts for its columns too: the queries are the images, and these another block of them, which has
   *   none of their classes.
   */
  count(
    table: QueryTable,
    firstQuery: number,
    block: number,
    imageBlock: number,
    isMirrored = false,
  ): void {
    const { queries, images, hasSecond } = this.#task;
    const firstImage = imageBlock * images.blockSize;
    if (!isMirrored) {
      const slot = block * queries.blockSize * 4;
      kernels.leaveOutRelevant(
        this.tile,
        this.strideBytes,
        queries.counts[block]!,
        this.#starts + slot,
        this.#ends + slot,
        firstImage,
        images.counts[imageBlock]!,
      );
    }
    kernels.countTile(
      table.address,
      firstQuery,
      queries.counts[block]!,
      isMirrored ? table.address : 0,
      firstImage,
      images.counts[imageBlock]!,
      this.tile,
      this.strideBytes,
      this.#queryRows + block * queries.blockSize * 4,
      this.#imageRows + firstImage * 4,
      Number(hasSecond),
    );
  }

  /** An image that is the query is less similar than any other. */
  #leaveOutSelf(block: number, imageBlock: number): void {
    const { queries: { blockSize, counts }, images, selfSlots } = this.#task;
    const first = imageBlock * images.blockSize;
    const tile = this.viewTile();
    for (let i = 0; i < counts[block]!; i++) {
      const column = selfSlots[block * blockSize + i]! - first;
      if (column >= 0 && column < images.blockSize) tile[i * images.blockSize + column] = -Infinity;
    }
  }
}

/** Counted queries, and the slot of the first of them. */
export interface RankedSlots extends CountedQueries {
  readonly firstSlot: number;
}
