/** What is known of queries while tiles are counted: the arrays that `kernels/relevant.ts` works on. */

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
  "relevant",
  "between",
  "total",
] as const;
type Field = typeof FIELDS[number];

/** Bytes of a kept image: similarity and row. */
const RELEVANT_BYTES = 8;

/** Images of the class that were collected for every query, where threads share them. */
export interface SharedRelevant {
  /** Those of one query after another, as {@linkcode QueryTable} keeps them. */
  readonly relevant: Int32Array;
  readonly sizes: Int32Array;
}

/** What counting tells of queries. */
export interface CountedQueries {
  /** Images that come before the best of the query's class. */
  readonly aboveBest: Int32Array;
  /** Images that come before the second, the best among them. */
  readonly aboveSecond: Int32Array;
  /** Where the ranks of each query begin in `ranks`; one more than there are queries. */
  readonly starts: Float64Array;
  /** Of the images of the query's class, ascending from 1, up to the last that is looked at. */
  readonly ranks: Int32Array;
}

/** What one of several threads counted, to be added to another's. */
export interface PartialCounts {
  readonly aboveBest: Int32Array<ArrayBuffer>;
  readonly aboveSecond: Int32Array<ArrayBuffer>;
  readonly size: Int32Array<ArrayBuffer>;
  readonly between: Int32Array<ArrayBuffer>;
}

/** Queries in the memory of the module. */
export class QueryTable {
  /** Of the kernels' table. */
  readonly address: Address;
  readonly #count: number;
  readonly #addresses: Readonly<Record<Field, Address>>;

  /** Images that are kept of all queries. */
  readonly #keptCount: number;
  readonly #relevant: Address;
  readonly #between: Address;
  readonly #scratch: Address;

  /** @param capacities Images of the class that are kept of each query; -1 where a slot has none. */
  constructor(capacities: Int32Array) {
    const count = this.#count = capacities.length;
    this.#keptCount = countKept(capacities);
    const fields = FIELDS.map((field) => [field, reserve(count * 4)] as const);
    this.#addresses = Object.fromEntries(fields) as Record<Field, Address>;
    this.#relevant = reserve(this.#keptCount * RELEVANT_BYTES);
    this.#between = reserve(this.#keptCount * 4);
    const largest = capacities.reduce((most, capacity) => Math.max(most, capacity), 0);
    this.#scratch = reserve(Math.ceil(largest / 4) * 4 * RELEVANT_BYTES);
    this.address = put(Int32Array.from(fields, ([, address]) => address));
    this.#fill(capacities);
  }

  /** Orders the images of the class that were collected for some queries: counting may begin. */
  orderRelevant(firstQuery: number, queryCount: number): void {
    kernels.orderRelevant(this.address, firstQuery, queryCount, this.#scratch);
  }

  /** From here on a tie does not come before the best of the class. */
  ignoreTies(): void {
    this.#ints("bestIndex").fill(-1);
  }

  /** Copies what was collected for queries from `from` to before `to` to where threads share it. */
  shareRelevant({ relevant, sizes }: SharedRelevant, from: number, to: number): void {
    const [start, end] = [this.#keptBefore(from), this.#keptBefore(to)];
    relevant.set(this.#keptImages().subarray(2 * start, 2 * end), 2 * start);
    sizes.set(this.#ints("size").subarray(from, to), from);
  }

  /**
   * Takes what threads have collected for all queries. Images that this table has counted before and found too late stay so: their
   * counts do not go down.
   */
  takeRelevant({ relevant, sizes }: SharedRelevant): void {
    this.#keptImages().set(relevant);
    this.#ints("size").set(sizes);
    this.orderRelevant(0, this.#count);
  }

  /** Copies of what was counted. */
  takePartialCounts(): PartialCounts {
    return {
      aboveBest: this.#ints("aboveBest").slice(),
      aboveSecond: this.#ints("aboveSecond").slice(),
      size: this.#ints("size").slice(),
      between: viewInts(this.#between, this.#keptCount).slice(),
    };
  }

  /** Overwrites what was counted. */
  setPartialCounts({ aboveBest, aboveSecond, size, between }: PartialCounts): void {
    this.#ints("aboveBest").set(aboveBest);
    this.#ints("aboveSecond").set(aboveSecond);
    this.#ints("size").set(size);
    viewInts(this.#between, this.#keptCount).set(between);
  }

  /** Adds what was counted in another table of the same queries. */
  merge(other: QueryTable): void {
    kernels.mergeQueries(this.address, other.address, this.#count);
  }

  /** What has been counted. */
  finish(): CountedQueries {
    const sizes = this.#ints("size");
    const starts = new Float64Array(this.#count + 1);
    for (let i = 0; i < this.#count; i++) starts[i + 1] = starts[i]! + sizes[i]!;
    const ranks = new Int32Array(starts[this.#count]!);
    const between = viewInts(this.#between, this.#keptCount);
    const capacities = this.#ints("capacity");
    for (let i = 0, kept = 0; i < this.#count; kept += capacities[i++]!) {
      for (let j = 0, others = 0; j < sizes[i]!; j++) {
        others += between[kept + j]!;
        ranks[starts[i]! + j] = 1 + j + others;
      }
    }
    return {
      aboveBest: this.#ints("aboveBest").slice(),
      aboveSecond: this.#ints("aboveSecond").map((others) => others + 1),
      starts,
      ranks,
    };
  }

  #ints(field: Field): Int32Array<ArrayBuffer> {
    return viewInts(this.#addresses[field], this.#count);
  }

  #keptImages(): Int32Array {
    return viewInts(this.#relevant, this.#keptCount * RELEVANT_BYTES / 4);
  }

  #keptBefore(query: number): number {
    if (query === this.#count) return this.#keptCount;
    return ((this.#ints("relevant")[query]! >>> 0) - this.#relevant) / RELEVANT_BYTES;
  }

  #fill(capacities: Int32Array): void {
    const infinite = ["best", "second", "entry"] as const; // nothing comes before, and nothing ties
    for (const field of infinite) viewFloats(this.#addresses[field], this.#count).fill(Infinity);
    for (const field of ["bestIndex", "secondIndex"] as const) this.#ints(field).fill(-1);
    for (const field of ["aboveBest", "aboveSecond", "size", "total"] as const) {
      this.#ints(field).fill(0);
    }
    viewInts(this.#between, this.#keptCount).fill(0);
    const [capacity, relevant] = [this.#ints("capacity"), this.#ints("relevant")];
    const between = this.#ints("between");
    for (let i = 0, kept = 0; i < this.#count; kept += capacity[i++]!) {
      capacity[i] = Math.max(0, capacities[i]!);
      relevant[i] = this.#relevant + kept * RELEVANT_BYTES;
      between[i] = this.#between + kept * 4;
    }
  }
}

/** Images of the class that are kept of all queries. */
export function countKept(capacities: Int32Array): number {
  return capacities.reduce((sum, capacity) => sum + Math.max(0, capacity), 0);
}
