/** What a pickle can build here: containers, tensors, and objects that do nothing. */

import { quoteText } from "../quote_text.ts";
import { type StorageKind, StorageReference, StoredTensor } from "./stored_tensor.ts";

/** A value of a pickle. Tuples, lists and sizes are arrays; dicts are maps in their order. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | StorageReference
  | StoredTensor
  | PickleGlobal
  | PickleObject;

/** A name that a pickle refers to. Nothing of this name is ever looked up or called. */
export class PickleGlobal {
  /**
   * @param name As the pickle has it, such as `collections.OrderedDict`.
   * @param build What stands for a call of it; `undefined` if the arguments are not those that PyTorch writes.
   * @param storage If it names a kind of storage.
   */
  constructor(
    readonly name: string,
    readonly build: (args: readonly PickleValue[]) => PickleValue | undefined,
    readonly storage?: StorageKind,
  ) {}
}

/** An object of a class that is not known here, or of no use: a placeholder without contents. */
export class PickleObject {
  /** @param name Of its class. */
  constructor(readonly name: string) {}
}

/** The name of a kind of value, for errors; contents are not looked into. */
export function describePickleValue(value: PickleValue): string {
  if (value === null) return "None";
  if (value instanceof StoredTensor) return "a tensor";
  if (value instanceof StorageReference) return "a storage";
  if (value instanceof PickleGlobal) return quoteName(value.name);
  if (value instanceof PickleObject) return `an object of ${quoteName(value.name)}`;
  if (value instanceof Map) return "a dict";
  if (value instanceof Set) return "a set";
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return quoteText(value);
  return quoteName(`the ${typeof value} ${value}`);
}

/** Without quotes where the name is one of Python's. */
function quoteName(name: string): string {
  return /^[\w. -]{1,80}$/.test(name) ? name : quoteText(name);
}
