/** What is known of queries while tiles are counted: the arrays that `kernels/rank_tile.ts` works on. */

import * as kernels from "./ranking.wasm";
import { type Address, put, reserve, viewFloats, viewInts } from "./ranking_memory.ts";

/** Fields of the table, in its order. */
const FIELDS = [
  "best",
  "bestIndex",
  "second",
  "secondIndex",
  "aboveBest",
  "aboveSecond",
  "capacity",
  "size",
  "entry",
  "heap",
] as const;
type Field = typeof FIELDS[number];

/** The best two images of each query's class: similarities and rows. */
export interface ClassBest {
  readonly best: Float32Array;
  readonly bestIndex: Int32Array;
  readonly second: Float32Array;
  readonly secondIndex: Int32Array;
}

/** What counting tells of queries. */
export interface CountedQueries {
  /** Images that come before the best of the query's class. */
  readonly aboveBest: Int32Array;
  /** Images that come before the second. */
  readonly aboveSecond: Int32Array;
  /** Where the neighbors of each query begin in `neighbors`; one more than there are queries. */
  readonly starts: Float64Array;
  /** Rows, best first. */
  readonly neighbors: Int32Array;
}

/** Counts and heaps of a table, to be merged into one of the same capacities. */
export interface PartialCounts {
  readonly aboveBest: Int32Array<ArrayBuffer>;
  readonly aboveSecond: Int32Array<ArrayBuffer>;
  readonly size: Int32Array<ArrayBuffer>;
  readonly heaps: Int32Array<ArrayBuffer>;
}

/** Queries in the memory of the module. */
export class QueryTable {
  /** Of the kernels' table. */
  readonly address: Address;
  readonly #count: number;
  readonly #addresses: Readonly<Record<Field, Address>>;
  readonly #heaps: Address;
  readonly #heapSize: number;

  /** @param capacities Neighbors that are kept of each query; -1 where a slot has none. */
  constructor(capacities: Int32Array) {
    const count = this.#count = capacities.length;
    this.#heapSize = capacities.reduce((sum, capacity) => sum + 2 * Math.max(0, capacity), 0);
    const fields = FIELDS.map((field) => [field, reserve(count * 4)] as const);
    this.#addresses = Object.fromEntries(fields) as Record<Field, Address>;
    this.#heaps = reserve(this.#heapSize * 4);
    this.address = put(Int32Array.from(fields, ([, address]) => address));
    this.#fill(capacities);
  }

  /** The arrays of the best images; valid until memory is reserved. */
  get best(): ClassBest {
    return {
      best: viewFloats(this.#addresses.best, this.#count),
      bestIndex: this.#ints("bestIndex"),
      second: viewFloats(this.#addresses.second, this.#count),
      secondIndex: this.#ints("secondIndex"),
    };
  }

  /** Copies of what was counted. */
  takePartialCounts(): PartialCounts {
    return {
      aboveBest: this.#ints("aboveBest").slice(),
      aboveSecond: this.#ints("aboveSecond").slice(),
      size: this.#ints("size").slice(),
      heaps: viewInts(this.#heaps, this.#heapSize).slice(),
    };
  }

  /** Overwrites what was counted. */
  setPartialCounts({ aboveBest, aboveSecond, size, heaps }: PartialCounts): void {
    this.#ints("aboveBest").set(aboveBest);
    this.#ints("aboveSecond").set(aboveSecond);
    this.#ints("size").set(size);
    viewInts(this.#heaps, this.#heapSize).set(heaps);
  }

  /** Adds what was counted in another table of the same queries. */
  merge(other: QueryTable): void {
    kernels.mergeQueries(this.address, other.address, this.#count);
  }

  /** Ends counting. */
  finish(): CountedQueries {
    kernels.sortHeaps(this.address, this.#count);
    const [sizes, heaps] = [this.#ints("size"), this.#ints("heap")];
    const capacities = this.#ints("capacity");
    const starts = new Float64Array(this.#count + 1);
    for (let i = 0; i < this.#count; i++) starts[i + 1] = starts[i]! + sizes[i]!;
    const neighbors = new Int32Array(starts[this.#count]!);
    for (let i = 0; i < this.#count; i++) {
      const indices = (heaps[i]! >>> 0) + capacities[i]! * 4;
      neighbors.set(viewInts(indices, sizes[i]!), starts[i]!);
    }
    return {
      aboveBest: this.#ints("aboveBest").slice(),
      aboveSecond: this.#ints("aboveSecond").slice(),
      starts,
      neighbors,
    };
  }

  #ints(field: Field): Int32Array<ArrayBuffer> {
    return viewInts(this.#addresses[field], this.#count);
  }

  #fill(capacities: Int32Array): void {
    const { best, bestIndex, second, secondIndex } = this.best;
    const entry = viewFloats(this.#addresses.entry, this.#count);
    const [capacity, heap] = [this.#ints("capacity"), this.#ints("heap")];
    for (const field of ["aboveBest", "aboveSecond", "size"] as const) this.#ints(field).fill(0);
    let next = this.#heaps;
    for (let i = 0; i < this.#count; i++) {
      const isQuery = capacities[i]! >= 0; // in any other slot nothing is above, and nothing is kept
      best[i] = second[i] = isQuery ? -Infinity : Infinity;
      bestIndex[i] = secondIndex[i] = isQuery ? 2 ** 31 - 1 : -1;
      capacity[i] = Math.max(0, capacities[i]!);
      entry[i] = capacity[i]! > 0 ? -Infinity : Infinity;
      heap[i] = next;
      next += capacity[i]! * 8;
    }
  }
}
