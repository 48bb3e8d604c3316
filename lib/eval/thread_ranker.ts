/** What one thread does of a ranking: products in our WebAssembly module, counted while they are in the cache. */

import * as kernels from "./ranking.wasm";
import { PANEL_ROWS } from "./panels.ts";
import type { PartialCounts, QueryTable, SharedRelevant } from "./query_table.ts";
import { type Address, releaseFrom, reserve, viewFloats } from "./ranking_memory.ts";
import { findClassBlocks, type RankingTask } from "./ranking_task.ts";
import { type RankedSlots, TileRanker } from "./tile_ranker.ts";

/** What threads share. */
export interface SharedRanking {
  readonly task: RankingTask;
  /** D. */
  readonly columnCount: number;
  /** Of `packPanels`. */
  readonly queryPanels: Float32Array;
  readonly imagePanels: Float32Array;
  /** For every query of a mirrored ranking; written block by block, read when all blocks are. */
  readonly collected: SharedRelevant;
  /** Blocks that were begun: of the first pass, of the second. */
  readonly begun: Int32Array;
}

/** What a thread has counted. */
export type ThreadResult =
  | { readonly kind: "partial"; readonly counts: PartialCounts }
  | { readonly kind: "ranked"; readonly ranked: readonly RankedSlots[] };

/** A block of rows in the module's memory. */
interface LoadedBlock {
  readonly address: Address;
  readonly panels: Float32Array;
  block: number;
}

/** One thread. It takes block after block until none is left, so that no result depends on how many threads there are. */
export class ThreadRanker {
  readonly #shared: SharedRanking;
  readonly #ranker: TileRanker;
  readonly #queries: LoadedBlock;
  readonly #images: LoadedBlock;
  #table: QueryTable | null = null;

  constructor(shared: SharedRanking) {
    this.#shared = shared;
    const { task: { queries, images }, columnCount } = shared;
    this.#ranker = new TileRanker(shared.task);
    const load = (blockSize: number, panels: Float32Array) => ({
      address: reserve(blockSize * columnCount * 4),
      panels,
      block: -1,
    });
    this.#queries = load(queries.blockSize, shared.queryPanels);
    this.#images = load(images.blockSize, shared.imagePanels);
  }

  /** First pass, of mirrored rankings alone: tiles of the diagonal, which have all images of their queries' classes. */
  collect(): void {
    const { task: { queries: { blockSize, counts } }, collected } = this.#shared;
    const table = this.#table = this.#ranker.openTable(null);
    for (const block of this.#takeBlocks(0)) {
      const first = block * blockSize;
      this.#multiply(block, block);
      this.#ranker.collect(table, first, block, block);
      table.shareRelevant(collected, first, first + counts[block]!);
      table.orderRelevant(first, counts[block]!);
      this.#ranker.count(table, first, block, block);
    }
  }

  /** Second pass: everything else. */
  count(): ThreadResult {
    if (!this.#shared.task.isSymmetric) return { kind: "ranked", ranked: this.#rankBlocks() };
    const { task: { queries: { blockSize, blockCount } }, collected } = this.#shared;
    const table = this.#table!;
    table.takeRelevant(collected);
    for (const block of this.#takeBlocks(1)) {
      for (let imageBlock = block + 1; imageBlock < blockCount; imageBlock++) {
        this.#multiply(block, imageBlock);
        this.#ranker.count(table, block * blockSize, block, imageBlock, true);
      }
    }
    return { kind: "partial", counts: table.takePartialCounts() };
  }

  #rankBlocks(): RankedSlots[] {
    const { task } = this.#shared;
    const { queries, images, isStrict } = task;
    const ranked: RankedSlots[] = [];
    const tables = reserve(0);
    for (const block of this.#takeBlocks(1)) {
      releaseFrom(tables);
      const table = this.#ranker.openTable(block);
      const [first, last] = findClassBlocks(task, block) ?? [0, -1];
      for (let imageBlock = first; imageBlock <= last; imageBlock++) {
        this.#multiply(block, imageBlock);
        this.#ranker.collect(table, 0, block, imageBlock);
      }
      table.orderRelevant(0, queries.counts[block]!);
      if (isStrict) table.ignoreTies();
      for (let imageBlock = 0; imageBlock < images.blockCount; imageBlock++) {
        this.#multiply(block, imageBlock);
        this.#ranker.count(table, 0, block, imageBlock);
      }
      ranked.push({ firstSlot: block * queries.blockSize, ...table.finish() });
    }
    return ranked;
  }

  *#takeBlocks(pass: 0 | 1): Generator<number> {
    const { begun, task: { queries: { blockCount } } } = this.#shared;
    for (;;) {
      const block = Atomics.add(begun, pass, 1);
      if (block >= blockCount) return;
      yield block;
    }
  }

  /** Fills the ranker's tile. */
  #multiply(block: number, imageBlock: number): void {
    const { task: { queries, images }, columnCount } = this.#shared;
    kernels.multiplyTile(
      this.#load(this.#queries, block, queries.blockSize),
      this.#load(this.#images, imageBlock, images.blockSize),
      Math.ceil(queries.counts[block]! / PANEL_ROWS),
      Math.ceil(images.counts[imageBlock]! / PANEL_ROWS),
      columnCount,
      this.#ranker.tile,
      this.#ranker.strideBytes,
    );
  }

  #load(loaded: LoadedBlock, block: number, blockSize: number): Address {
    const size = blockSize * this.#shared.columnCount;
    if (loaded.block !== block) {
      const values = loaded.panels.subarray(block * size, (block + 1) * size);
      viewFloats(loaded.address, size).set(values);
    }
    loaded.block = block;
    return loaded.address;
  }
}
