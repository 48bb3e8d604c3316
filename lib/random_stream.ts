/**
 * Named streams of random numbers: one for every purpose of a run, so that drawing more of one never shifts another.
 *
 * The generator is xoshiro128** (Blackman and Vigna, doi:10.1145/3460772): 128 bits of state, period 2^128 - 1.
 */

import { InputError } from "./errors.ts";

/** The whole state of a stream: four unsigned 32-bit words. Plain JSON. */
export type RandomState = readonly [number, number, number, number];

/** A stream of random numbers, which can be stored and continued exactly. */
export class RandomStream {
  #words: Uint32Array<ArrayBuffer>;

  private constructor(words: Uint32Array<ArrayBuffer>) {
    this.#words = words;
  }

  /**
   * The stream of one purpose.
   *
   * @param seed Any integer up to 2^53 - 1, or as far below 0; the seed of the run.
   * @param name Purpose, such as `sampler` or `augment/3/0/17`. Other names give independent streams.
   * @throws {RangeError} If the seed is no such integer: beyond it, neighbors are one number.
   */
  static named(seed: number, name: string): RandomStream {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(
        `Cannot name a stream as its seed must be an integer of at most 2^53 - 1: it is ${
          typeof seed === "number" ? seed : JSON.stringify(String(seed))
        }`,
      );
    }
    const words = Uint32Array.from([0, 1, 2, 3], (word) => hashText(`${word}/${seed}/${name}`));
    if (words.every((word) => word === 0)) words[0] = 1; // the one state that never leaves zero
    return new RandomStream(words);
  }

  /**
   * The stream that continues from a stored state.
   *
   * @throws {InputError} If it is none: the state of zeros never leaves them.
   */
  static fromState(state: RandomState): RandomStream {
    const words = [...state] as number[];
    const isWord = (word: number) => Number.isInteger(word) && word >= 0 && word < 2 ** 32;
    if (words.length !== 4 || !words.every(isWord) || words.every((word) => word === 0)) {
      throw new InputError(
        `Cannot restore a stream as its state must be four whole numbers in [0, 2^32), not all 0: it is [${words}]`,
      );
    }
    return new RandomStream(Uint32Array.from(state));
  }

  /** The state to continue from. */
  state(): RandomState {
    const [a, b, c, d] = this.#words as unknown as RandomState;
    return [a, b, c, d];
  }

  /** A whole number, uniform in [0, 2^32). */
  nextUint32(): number {
    const s = this.#words as unknown as [number, number, number, number] & Uint32Array;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** A number, uniform in [0, 1), with 53 random bits. */
  nextFloat(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number, uniform in [0, bound), without the bias of a remainder. */
  nextInteger(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(
        `Cannot draw an integer as its bound must be a whole number in [1, 2^32]: it is ${bound}`,
      );
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = this.nextUint32();
    while (value >= limit) value = this.nextUint32();
    return value % bound;
  }

  /** A standard normal number (Box-Muller; two uniform numbers each, so that no half is left in the state). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextFloat()));
    return radius * Math.cos(2 * Math.PI * this.nextFloat());
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T>(values: T[]): T[] {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.nextInteger(i + 1);
      [values[i], values[j]] = [values[j]!, values[i]!];
    }
    return values;
  }
}

function rotateLeft(x: number, count: number): number {
  return (x << count) | (x >>> (32 - count));
}

/** FNV-1a over UTF-16 units, then the finalizer of MurmurHash3, so that near names give far states. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
