/**
 * What the names in a pickle stand for. Those that PyTorch writes build tensors and containers; names that run programs are
 * refused; all others stand for objects that do nothing. Nothing is looked up anywhere else.
 *
 * Source: the names that `torch.load(weights_only=True)` of PyTorch 2.14 allows, in `torch/_weights_only_unpickler.py`.
 */

import type { NumberFormat } from "../number_format.ts";
import { PickleGlobal, PickleObject, type PickleValue } from "./pickle_value.ts";
import { StorageReference, StoredTensor } from "./stored_tensor.ts";

/** Format and bytes of an entry, by the name of the storage; `null` for numbers that are not read. */
const STORAGES: Readonly<Record<string, readonly [NumberFormat | null, number]>> = {
  FloatStorage: ["F32", 4],
  DoubleStorage: ["F64", 8],
  HalfStorage: ["F16", 2],
  BFloat16Storage: ["BF16", 2],
  LongStorage: ["I64", 8],
  IntStorage: ["I32", 4],
  ShortStorage: ["I16", 2],
  CharStorage: ["I8", 1],
  ByteStorage: ["U8", 1],
  BoolStorage: ["BOOL", 1],
  ComplexFloatStorage: [null, 8],
  ComplexDoubleStorage: [null, 16],
  QInt8Storage: [null, 1],
  QUInt8Storage: [null, 1],
  QInt32Storage: [null, 4],
  QUInt4x2Storage: [null, 1],
  QUInt2x4Storage: [null, 1],
};

/** Types of numbers that tensors without a storage of their own kind name. */
const DTYPES: Readonly<Record<string, NumberFormat>> = {
  "torch.float32": "F32",
  "torch.float64": "F64",
  "torch.float16": "F16",
  "torch.bfloat16": "BF16",
  "torch.int64": "I64",
  "torch.int32": "I32",
  "torch.int16": "I16",
  "torch.int8": "I8",
  "torch.uint64": "U64",
  "torch.uint32": "U32",
  "torch.uint16": "U16",
  "torch.uint8": "U8",
  "torch.bool": "BOOL",
};

/** Calls whose result is of no use here, and of no harm. */
const INERT_NAMES = [
  ...[
    "complex",
    "list",
    "dict",
    "tuple",
    "object",
    "type",
    "int",
    "float",
    "bool",
    "str",
    "bytes",
    "slice",
  ]
    .map((name) => `builtins.${name}`),
  "torch.device",
  "torch.Tensor",
  "torch.serialization._get_layout",
  "torch._utils._rebuild_qtensor",
  "torch._utils._rebuild_sparse_tensor",
  "torch._utils._rebuild_meta_tensor_no_storage",
  "torch._utils._rebuild_nested_tensor",
  "torch._utils._rebuild_wrapper_subclass",
  "torch._utils._rebuild_device_tensor_from_numpy",
  ...["build_intlist", "build_doublelist", "build_boollist", "build_tensorlist"] // of torch.jit.save
    .map((name) => `torch.jit._pickle.${name}`),
  "torch.jit._pickle.build_tensor_from_id",
  "torch.jit._pickle.restore_type_tag",
];

/** Other values of PyTorch that a pickle may name: types of numbers, kinds of quantization, classes of old tensors. */
const INERT_PATTERN =
  /^torch\.((cuda\.)?(sparse\.)?[A-Z]\w*Tensor|per_(tensor|channel)_\w+|[qu]?u?int\d+(x\d)?|bits\d+(x\d)?|b?(complex|float)\d+\w*)$/;

const KNOWN: ReadonlyMap<string, PickleGlobal> = new Map(
  [
    new PickleGlobal("collections.OrderedDict", buildDict),
    new PickleGlobal("collections.Counter", buildDict),
    new PickleGlobal("collections.defaultdict", ([, entries]) => buildDict([entries ?? []])),
    new PickleGlobal("builtins.set", buildSet),
    new PickleGlobal("builtins.frozenset", buildSet),
    new PickleGlobal("builtins.bytearray", buildBytes),
    new PickleGlobal("_codecs.encode", encodeText), // how protocol 2 writes bytes
    new PickleGlobal("torch.Size", ([sizes]) => Array.isArray(sizes) ? sizes : undefined),
    new PickleGlobal("torch._utils._rebuild_tensor", rebuildTensor),
    new PickleGlobal("torch._utils._rebuild_tensor_v2", rebuildTensor),
    new PickleGlobal("torch._utils._rebuild_tensor_v3", rebuildTypedTensor),
    new PickleGlobal("torch._utils._rebuild_parameter", takeTensor),
    new PickleGlobal("torch._utils._rebuild_parameter_with_state", takeTensor),
    new PickleGlobal("torch._utils._rebuild_device_tensor_from_cpu_tensor", takeTensor),
    new PickleGlobal("torch._tensor._rebuild_from_type_v2", rebuildSubclass),
    new PickleGlobal("torch.nn.parameter.Parameter", takeTensor), // of PyTorch before 0.4
    new PickleGlobal("torch.storage.UntypedStorage", () => undefined, {
      name: "torch.storage.UntypedStorage",
      format: null,
      entryBytes: 1,
    }),
    ...Object.entries(STORAGES).flatMap(([storage, [format, entryBytes]]) =>
      ["torch", "torch.cuda"].map((module) => {
        const name = `${module}.${storage}`;
        return new PickleGlobal(name, () => undefined, { name, format, entryBytes });
      })
    ),
    ...INERT_NAMES.map(createInert),
  ].map((entry) => [entry.name, entry]),
);

/** Modules, and names, that run programs or open files; a checkpoint that names them is hostile, whoever wrote it. */
const REFUSED =
  /^(builtins\.(eval|exec|execfile|compile|__import__|open|file|input|raw_input|getattr|setattr|delattr|globals|locals|vars|breakpoint|apply|exit|quit|help|reload)|os|posix|nt|sys|subprocess|pty|socket|shutil|runpy|importlib|imp|code|codeop|ctypes|commands|popen2|platform|pickle|_pickle|cPickle|marshal|shelve|webbrowser|multiprocessing|asyncio|pip|timeit|cProfile|profile|trace|pdb|bdb|site|distutils|setuptools|http|urllib|ftplib|smtplib|requests|torch\.(load|hub|jit|package|distributed\.rpc|utils\.(cpp_extension|collect_env|model_zoo)))(\.|$)/;

/**
 * What a name stands for.
 *
 * @param onUnknown Told of a name that stands for an object that does nothing, as nobody here knows it.
 * @returns `null` if it is refused.
 */
export function findGlobal(
  name: string,
  onUnknown: (name: string) => void,
): PickleGlobal | null {
  const modern = name.replace(/^__builtin__\./, "builtins.").replace(/^copy_reg\./, "copyreg.");
  const known = KNOWN.get(modern);
  if (known) return known;
  if (REFUSED.test(modern)) return null;
  if (!INERT_PATTERN.test(modern)) onUnknown(modern);
  return createInert(modern);
}

function createInert(name: string): PickleGlobal {
  return new PickleGlobal(name, () => new PickleObject(name));
}

/** OrderedDict(), OrderedDict([[key, value], ...]) or Counter({key: count}). */
function buildDict([entries]: readonly (PickleValue | undefined)[]): PickleValue | undefined {
  if (entries === undefined) return new Map();
  if (entries instanceof Map) return new Map(entries);
  const isPairs = Array.isArray(entries) &&
    entries.every((pair) => Array.isArray(pair) && pair.length === 2);
  return isPairs ? new Map(entries as [PickleValue, PickleValue][]) : undefined;
}

function buildSet([items]: readonly PickleValue[]): PickleValue | undefined {
  if (items === undefined) return new Set();
  return Array.isArray(items) ? new Set(items) : undefined;
}

function buildBytes([content]: readonly PickleValue[]): PickleValue | undefined {
  if (content === undefined) return new Uint8Array();
  return content instanceof Uint8Array ? content.slice() : undefined;
}

function encodeText([text, encoding]: readonly PickleValue[]): PickleValue | undefined {
  if (typeof text !== "string" || encoding !== "latin1") return undefined;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

/** (storage, offset, shape, strides, ...): whether it learns, hooks and, maybe, metadata follow. */
function rebuildTensor(
  [storage, offset, shape, strides, , , metadata]: readonly PickleValue[],
): PickleValue | undefined {
  const isWhole = storage instanceof StorageReference && isCount(offset) && isCounts(shape) &&
    isCounts(strides) && shape.length === strides.length;
  if (!isWhole) return undefined;
  const { kind } = storage;
  if (metadata instanceof Map && metadata.get("neg") === true) {
    return new PickleObject("torch.Tensor that is stored with its sign turned"); // as x.conj().imag is
  }
  return kind.format
    ? new StoredTensor(storage, offset, shape, strides)
    : new PickleObject(`torch.Tensor in ${kind.name}`);
}

/** (storage, offset, shape, strides, learns, hooks, dtype, ...): the storage is of bytes. */
function rebuildTypedTensor(args: readonly PickleValue[]): PickleValue | undefined {
  const [storage, , , , , , dtype, metadata = null] = args;
  if (!(storage instanceof StorageReference) || !(dtype instanceof PickleGlobal)) return undefined;
  const format = Object.hasOwn(DTYPES, dtype.name) ? DTYPES[dtype.name]! : null;
  return rebuildTensor([storage.as(dtype.name, format), ...args.slice(1, 6), metadata]);
}

/** (function, class, arguments, state): a tensor with attributes, which are of no use here. */
function rebuildSubclass([rebuild, , args]: readonly PickleValue[]): PickleValue | undefined {
  return rebuild instanceof PickleGlobal && Array.isArray(args) ? rebuild.build(args) : undefined;
}

/** (tensor, ...): whether it learns, hooks and state follow. */
function takeTensor([tensor]: readonly PickleValue[]): PickleValue | undefined {
  return tensor instanceof StoredTensor || tensor instanceof PickleObject ? tensor : undefined;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
