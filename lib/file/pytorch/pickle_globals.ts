/**
 * The allow-list of the unpickler: every name that a pickle of weights may refer to, and what it stands for here. Nothing
 * is looked up anywhere else, so a pickle can build tensors and containers and nothing more.
 */

import type { NumberFormat } from "../number_format.ts";
import { StorageReference, StoredTensor } from "./stored_tensor.ts";

/** What a pickle can build. Tuples, lists and sizes are arrays; dicts are maps in their order. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | StorageReference
  | StoredTensor
  | PickleGlobal;

/** A name on the allow-list. */
export class PickleGlobal {
  /**
   * @param name As the pickle has it, such as `collections.OrderedDict`.
   * @param build What a call gives; `undefined` if the arguments are not those that PyTorch writes.
   * @param format Of the entries, if it names a kind of storage.
   */
  constructor(
    readonly name: string,
    readonly build: (args: readonly PickleValue[]) => PickleValue | undefined,
    readonly format?: NumberFormat,
  ) {}
}

const STORAGE_FORMATS: Readonly<Record<string, NumberFormat>> = {
  FloatStorage: "F32",
  DoubleStorage: "F64",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

/** Everything that is allowed, by name. */
export const PICKLE_GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map(
  [
    new PickleGlobal("collections.OrderedDict", buildDict),
    new PickleGlobal("torch._utils._rebuild_tensor", rebuildTensor),
    new PickleGlobal("torch._utils._rebuild_tensor_v2", rebuildTensor),
    new PickleGlobal("torch._utils._rebuild_parameter", rebuildParameter),
    new PickleGlobal("torch.nn.parameter.Parameter", rebuildParameter), // of PyTorch before 0.4
    new PickleGlobal("torch.Size", ([sizes]) => isArray(sizes) ? sizes : undefined),
    new PickleGlobal("_codecs.encode", encodeLatin1), // how protocol 2 writes bytes
    ...Object.entries(STORAGE_FORMATS).map(([name, format]) =>
      new PickleGlobal(`torch.${name}`, () => undefined, format)
    ),
  ].map((entry) => [entry.name, entry]),
);

/** OrderedDict() or OrderedDict([[key, value], ...]). */
function buildDict([entries]: readonly PickleValue[]): PickleValue | undefined {
  if (entries === undefined) return new Map();
  const isPairs = isArray(entries) && entries.every((pair) => isArray(pair) && pair.length === 2);
  return isPairs ? new Map(entries as [PickleValue, PickleValue][]) : undefined;
}

/** (storage, offset, shape, strides, ...): whether it learns, hooks and metadata follow. */
function rebuildTensor(
  [storage, offset, shape, strides]: readonly PickleValue[],
): PickleValue | undefined {
  const isWhole = storage instanceof StorageReference && isCount(offset) && isCounts(shape) &&
    isCounts(strides) && shape.length === strides.length;
  return isWhole ? new StoredTensor(storage, offset, shape, strides) : undefined;
}

/** (tensor, ...): whether it learns and hooks follow. */
function rebuildParameter([tensor]: readonly PickleValue[]): PickleValue | undefined {
  return tensor instanceof StoredTensor ? tensor : undefined;
}

function encodeLatin1([text, encoding]: readonly PickleValue[]): PickleValue | undefined {
  if (typeof text !== "string" || encoding !== "latin1") return undefined;
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  return codes.every((code) => code < 256) ? Uint8Array.from(codes) : undefined;
}

function isArray(value: PickleValue | undefined): value is PickleValue[] {
  return Array.isArray(value);
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return isArray(value) && value.every(isCount);
}
