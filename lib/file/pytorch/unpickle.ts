/**
 * Reads pickles that hold weights, and refuses all others.
 *
 * A pickle is a program for a stack machine that can name any function of Python and call it. This machine knows the
 * operations of protocols 2-5 that containers need; a name outside `PICKLE_GLOBALS` ends it before anything is called.
 * Source: Python's `pickletools`; which operations and names PyTorch writes: `torch.save` of versions 0.1-2.
 */

import { InputError } from "../../errors.ts";
import type { ByteCursor } from "../byte_cursor.ts";
import { PICKLE_GLOBALS, PickleGlobal, type PickleValue } from "./pickle_globals.ts";
import { StorageReference, StoredTensor } from "./stored_tensor.ts";
import { quoteText } from "../quote_text.ts";

/**
 * Reads one pickle.
 *
 * @param cursor At its first byte; afterwards behind its last.
 * @param onStorage Told of every storage that it refers to.
 * @throws {InputError} In one line, if it names anything but tensors and containers, is truncated or damaged.
 */
export function unpickle(
  cursor: ByteCursor,
  onStorage: (storage: StorageReference) => void = () => {},
): PickleValue {
  const machine: PickleMachine = new PickleMachine(cursor, onStorage);
  for (let code = cursor.byte(); code !== STOP; code = cursor.byte()) {
    const operation = OPERATIONS[code];
    if (!operation) {
      machine.fail(
        "its pickle must use the operations of containers",
        `0x${code.toString(16).padStart(2, "0")} at byte ${cursor.position - 1}`,
      );
    }
    operation(machine);
  }
  return machine.pop();
}

/** The name of a kind of value, for errors. */
export function describePickleValue(value: PickleValue): string {
  if (value === null) return "None";
  if (value instanceof StoredTensor) return "a tensor";
  if (value instanceof StorageReference) return "a storage";
  if (value instanceof PickleGlobal) return value.name;
  if (value instanceof Map) return "a dict";
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? quoteText(value) : `the ${typeof value} ${value}`;
}

class PickleMachine {
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(
    readonly cursor: ByteCursor,
    readonly onStorage: (storage: StorageReference) => void,
  ) {}

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    this.top();
    return this.#stack.pop()!;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) this.failDamaged();
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  popToMark(): PickleValue[] {
    const start = this.#marks.pop();
    if (start === undefined || start > this.#stack.length) this.failDamaged();
    return this.#stack.splice(start);
  }

  popMany(count: number): PickleValue[] {
    if (count > this.#stack.length) this.failDamaged();
    return this.#stack.splice(this.#stack.length - count);
  }

  put(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.#memo.size);
  }

  get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) this.failDamaged();
    this.push(value);
  }

  append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) this.failDamaged();
    for (const value of values) list.push(value);
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) this.failDamaged();
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
  }

  /** Looks a name up in the allow-list, before anything can be called. */
  pushGlobal(name: string): void {
    const known = PICKLE_GLOBALS.get(name);
    if (!known) {
      throw new InputError(
        `${this.cursor.source.path}: Cannot read weights as pickles may only hold tensors and containers: ` +
          `it names ${quoteText(name)}`,
      );
    }
    this.push(known);
  }

  pushStackGlobal(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== "string" || typeof name !== "string") this.failDamaged();
    this.pushGlobal(`${module}.${name}`);
  }

  call(): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) this.failDamaged();
    const value = callee.build(args);
    if (value === undefined) {
      const given = args.map(describePickleValue).join(", ");
      this.fail(`${callee.name} must be called as torch.save does`, `called with (${given})`);
    }
    this.push(value);
  }

  /** Attributes of dicts (versions of modules) and old parameters (whether they learn): of no use here. */
  dropState(): void {
    this.pop();
    const owner = this.top();
    const mayHaveState = owner instanceof Map || owner instanceof StoredTensor;
    if (!mayHaveState) this.failDamaged();
  }

  /** ("storage", kind, key, device, count) and, in old files, the view of another storage that it is. */
  pushStorage(): void {
    const id = this.pop();
    if (!Array.isArray(id)) this.failDamaged();
    const [tag, kind, key, , count, view = null] = id;
    const isWhole = tag === "storage" && kind instanceof PickleGlobal && kind.format &&
      typeof key === "string" && typeof count === "number";
    if (!isWhole) {
      this.fail(
        "its storages must be of numbers that can be read",
        `(${id.map(describePickleValue)})`,
      );
    }
    const whole = new StorageReference(key, kind.format!, count);
    this.onStorage(whole);
    if (view === null) return this.push(whole);
    const [, firstEntry, viewCount] = Array.isArray(view) ? view : [];
    if (typeof firstEntry !== "number" || typeof viewCount !== "number") this.failDamaged();
    this.push(new StorageReference(key, kind.format!, viewCount, firstEntry));
  }

  fail(rule: string, value: string): never {
    this.cursor.source.fail(rule, value);
  }

  failDamaged(): never {
    const { position } = this.cursor;
    this.fail("its pickle must be one of torch.save", `damaged before byte ${position}`);
  }
}

type Operation = (machine: PickleMachine) => void;

const STOP = 0x2e;

/** By operation code; the names in the comments are those of `pickletools`. */
// deno-fmt-ignore
const OPERATIONS: Readonly<Record<number, Operation>> = {
  0x80: (m) => { m.cursor.byte(); }, // PROTO
  0x95: (m) => { m.cursor.take(8); }, // FRAME
  0x28: (m) => m.mark(), // MARK
  0x30: (m) => { m.pop(); }, // POP
  0x31: (m) => { m.popToMark(); }, // POP_MARK
  0x32: (m) => m.push(m.top()), // DUP

  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true), // NEWTRUE
  0x89: (m) => m.push(false), // NEWFALSE
  0x4a: (m) => m.push(m.cursor.view(4).getInt32(0, true)), // BININT
  0x4b: (m) => m.push(m.cursor.byte()), // BININT1
  0x4d: (m) => m.push(m.cursor.view(2).getUint16(0, true)), // BININT2
  0x8a: (m) => m.push(decodeInteger(m.cursor.take(m.cursor.byte()))), // LONG1
  0x8b: (m) => m.push(decodeInteger(m.cursor.take(readCount32(m)))), // LONG4
  0x47: (m) => m.push(m.cursor.view(8).getFloat64(0, false)), // BINFLOAT

  0x58: (m) => m.push(m.cursor.text(readCount32(m))), // BINUNICODE
  0x8c: (m) => m.push(m.cursor.text(m.cursor.byte())), // SHORT_BINUNICODE
  0x8d: (m) => m.push(m.cursor.text(readCount64(m))), // BINUNICODE8
  0x54: (m) => m.push(m.cursor.text(readCount32(m))), // BINSTRING, text of Python 2
  0x55: (m) => m.push(m.cursor.text(m.cursor.byte())), // SHORT_BINSTRING
  0x42: (m) => m.push(m.cursor.take(readCount32(m)).slice()), // BINBYTES
  0x43: (m) => m.push(m.cursor.take(m.cursor.byte()).slice()), // SHORT_BINBYTES
  0x8e: (m) => m.push(m.cursor.take(readCount64(m)).slice()), // BINBYTES8

  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x85: (m) => m.push(m.popMany(1)), // TUPLE1
  0x86: (m) => m.push(m.popMany(2)), // TUPLE2
  0x87: (m) => m.push(m.popMany(3)), // TUPLE3
  0x74: (m) => m.push(m.popToMark()), // TUPLE
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x6c: (m) => m.push(m.popToMark()), // LIST
  0x61: (m) => m.append(m.popMany(1)), // APPEND
  0x65: (m) => m.append(m.popToMark()), // APPENDS
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x73: (m) => m.setItems(m.popMany(2)), // SETITEM
  0x75: (m) => m.setItems(m.popToMark()), // SETITEMS

  0x71: (m) => m.put(m.cursor.byte()), // BINPUT
  0x72: (m) => m.put(readCount32(m)), // LONG_BINPUT
  0x94: (m) => m.memoize(), // MEMOIZE
  0x68: (m) => m.get(m.cursor.byte()), // BINGET
  0x6a: (m) => m.get(readCount32(m)), // LONG_BINGET

  0x63: (m) => m.pushGlobal(`${m.cursor.line()}.${m.cursor.line()}`), // GLOBAL
  0x93: (m) => m.pushStackGlobal(), // STACK_GLOBAL
  0x52: (m) => m.call(), // REDUCE
  0x81: (m) => m.call(), // NEWOBJ
  0x62: (m) => m.dropState(), // BUILD
  0x51: (m) => m.pushStorage(), // BINPERSID
};

function readCount32(machine: PickleMachine): number {
  return machine.cursor.view(4).getUint32(0, true);
}

function readCount64(machine: PickleMachine): number {
  return Number(machine.cursor.view(8).getBigUint64(0, true));
}

/** Two's complement, little-endian; a number where it is exact. */
function decodeInteger(bytes: Uint8Array): number | bigint {
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const signed = BigInt.asIntN(bytes.length * 8, value);
  const isExact = BigInt.asIntN(53, signed) === signed;
  return isExact ? Number(signed) : signed;
}
