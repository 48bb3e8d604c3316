/** The stack machine that a pickle is a program for, as far as containers and tensors need it. */

import { InputError } from "../../errors.ts";
import type { ByteCursor } from "../byte_cursor.ts";
import { quoteText } from "../quote_text.ts";
import type { PickleContext } from "./pickle_context.ts";
import { findGlobal } from "./pickle_globals.ts";
import {
  describePickleValue,
  PickleGlobal,
  PickleObject,
  type PickleValue,
} from "./pickle_value.ts";
import { StorageReference, StoredTensor } from "./stored_tensor.ts";

/** Arguments that an error lists. */
const LISTED_COUNT = 8;

/** One pickle under way. */
export class PickleMachine {
  /** At the next byte. */
  readonly cursor: ByteCursor;
  readonly #context: PickleContext;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(cursor: ByteCursor, context: PickleContext) {
    this.cursor = cursor;
    this.#context = context;
  }

  push(value: PickleValue): void {
    this.#context.countValue(value);
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

  /** Items of objects that do nothing are dropped. */
  append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (list instanceof PickleObject) return;
    if (!Array.isArray(list)) this.failDamaged();
    for (const value of values) list.push(value);
  }

  add(values: readonly PickleValue[]): void {
    const set = this.top();
    if (set instanceof PickleObject) return;
    if (!(set instanceof Set)) this.failDamaged();
    for (const value of values) set.add(value);
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (dict instanceof PickleObject) return;
    if (!(dict instanceof Map) || items.length % 2 !== 0) this.failDamaged();
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
  }

  pushGlobal(name: string): void {
    const found = findGlobal(name, (unknown) => this.#context.unknownNames.add(unknown));
    if (found) return this.push(found);
    const { path, action } = this.cursor.source;
    throw new InputError(
      `${path}: Cannot ${action} as pickles may only hold tensors and containers: ` +
        `it names ${quoteText(name)}`,
    );
  }

  pushStackGlobal(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== "string" || typeof name !== "string") this.failDamaged();
    this.pushGlobal(`${module}.${name}`);
  }

  /** @param hasNames Whether arguments by name follow those by position. */
  call(hasNames = false): void {
    if (hasNames) this.pop();
    const [callee, args] = this.popMany(2);
    if (callee instanceof PickleObject) return this.push(callee);
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) this.failDamaged();
    this.#context.countCopies(args);
    const value = callee.build(args);
    if (value === undefined) {
      const given = args.slice(0, LISTED_COUNT).map(describePickleValue).join(", ");
      this.fail(`${callee.name} must be called as torch.save does`, `called with (${given})`);
    }
    this.push(value);
  }

  /** State of dicts (versions of modules), old parameters (whether they learn) and objects that do nothing: of no use here. */
  dropState(): void {
    this.pop();
    const owner = this.top();
    const mayHaveState = owner instanceof Map || owner instanceof StoredTensor ||
      owner instanceof PickleObject;
    if (!mayHaveState) this.failDamaged();
  }

  /** ("storage", kind, key, device, count) and, in old files, the view of another storage that it is. */
  pushStorage(): void {
    const id = this.pop();
    if (!Array.isArray(id)) this.failDamaged();
    const [tag, kind, key, , count, view = null] = id;
    if (tag === "module") return this.push(new PickleObject("torch.nn.Module")); // old files keep its source text
    const isWhole = tag === "storage" && kind instanceof PickleGlobal && kind.storage &&
      typeof key === "string" && isCount(count);
    if (!isWhole) {
      const given = id.slice(0, LISTED_COUNT).map(describePickleValue);
      this.fail("its storages must be of numbers that can be read", `(${given})`);
    }
    const whole = new StorageReference(key, kind.storage!, count);
    this.#context.storages.set(key, whole);
    if (view === null) return this.push(whole);
    const [, firstEntry, viewCount] = Array.isArray(view) ? view : [];
    if (!isCount(firstEntry) || !isCount(viewCount)) this.failDamaged();
    this.push(new StorageReference(key, kind.storage!, viewCount, firstEntry));
  }

  fail(rule: string, value: string): never {
    this.cursor.source.fail(rule, value);
  }

  failDamaged(): never {
    const { position } = this.cursor;
    this.fail("its pickle must be one of torch.save", `damaged before byte ${position}`);
  }
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
