/** Attributes of eager ops: their form in tfjs-node's kernels and their way into TensorFlow. */

import type { AttributeFunctions } from "./attribute_functions.ts";
import { ATTRIBUTE_TYPES } from "./codes.ts";

type AttributeScalar = string | number | boolean;

/** One attribute, as tfjs-node's kernels write it: a kind and one value or a list of them. */
export interface OpAttribute {
  readonly name: string;
  /** One of {@linkcode ATTRIBUTE_TYPES}. */
  readonly type: number;
  /** `null` is a shape of any rank. */
  readonly value:
    | null
    | AttributeScalar
    | readonly AttributeScalar[]
    | readonly (readonly number[])[]
    | ArrayLike<number>;
}

/** The T of most ops, or another attribute that is a type. */
export function typeAttribute(name: string, value: number): OpAttribute {
  return { name, type: ATTRIBUTE_TYPES.TF_ATTR_TYPE, value };
}

/** An attribute that is a whole number or a list of them. */
export function intAttribute(name: string, value: number | readonly number[]): OpAttribute {
  return { name, type: ATTRIBUTE_TYPES.TF_ATTR_INT, value };
}

/** An attribute that is a number. */
export function floatAttribute(name: string, value: number): OpAttribute {
  return { name, type: ATTRIBUTE_TYPES.TF_ATTR_FLOAT, value };
}

/** An attribute that is true or false. */
export function boolAttribute(name: string, value: boolean): OpAttribute {
  return { name, type: ATTRIBUTE_TYPES.TF_ATTR_BOOL, value };
}

/** An attribute that is a text or a list of them. */
export function stringAttribute(name: string, value: string | readonly string[]): OpAttribute {
  return { name, type: ATTRIBUTE_TYPES.TF_ATTR_STRING, value };
}

/** An attribute that is a list of types. */
export function typeListAttribute(name: string, value: readonly number[]): OpAttribute {
  return { name, type: ATTRIBUTE_TYPES.TF_ATTR_TYPE, value };
}

/** An attribute that is a shape; `null` is one of any rank. */
export function shapeAttribute(name: string, value: readonly number[] | null): OpAttribute {
  return { name, type: ATTRIBUTE_TYPES.TF_ATTR_SHAPE, value };
}

/** Texts seen before keep their bytes; more are encoded each time. */
const CACHED_TEXT_COUNT = 4096;

/** Sets attributes of ops, by the functions it is given. It reuses its buffers. */
export class AttributeSetter {
  private readonly encoder = new TextEncoder();
  private readonly texts = new Map<string, Uint8Array<ArrayBuffer>>();
  private words = new Int32Array(64); // pairs of low and high half: int64 without BigInt

  constructor(private readonly functions: AttributeFunctions) {}

  /** The bytes of a text and a final zero, as C wants it. */
  encode(text: string): Uint8Array<ArrayBuffer> {
    const known = this.texts.get(text);
    if (known) return known;
    const bytes = this.encoder.encode(`${text}\0`);
    if (this.texts.size < CACHED_TEXT_COUNT) this.texts.set(text, bytes);
    return bytes;
  }

  /**
   * Sets one attribute of an op.
   *
   * @throws {TypeError} If the kind is none that tfjs-node has.
   */
  set(op: Deno.PointerValue, { name, type, value }: OpAttribute): void {
    const key = this.encode(name);
    if (value === null) this.setAnyShape(op, key, type);
    else if (typeof value === "object") this.setList(op, key, type, value as ArrayLike<unknown>);
    else this.setOne(op, key, type, value);
  }

  private setOne(
    op: Deno.PointerValue,
    name: Uint8Array<ArrayBuffer>,
    type: number,
    value: AttributeScalar,
  ): void {
    const { functions } = this;
    switch (type) {
      case ATTRIBUTE_TYPES.TF_ATTR_STRING: {
        const bytes = this.encode(String(value));
        return functions.string(op, name, bytes, BigInt(bytes.length - 1));
      }
      case ATTRIBUTE_TYPES.TF_ATTR_INT:
        return functions.int(op, name, BigInt(value as number));
      case ATTRIBUTE_TYPES.TF_ATTR_FLOAT:
        return functions.float(op, name, value as number);
      case ATTRIBUTE_TYPES.TF_ATTR_BOOL:
        return functions.bool(op, name, value ? 1 : 0);
      case ATTRIBUTE_TYPES.TF_ATTR_TYPE:
        return functions.type(op, name, value as number);
      default:
        throw unknownKind(type);
    }
  }

  private setList(
    op: Deno.PointerValue,
    name: Uint8Array<ArrayBuffer>,
    type: number,
    values: ArrayLike<unknown>,
  ): void {
    const { functions } = this;
    const count = values.length;
    const numbers = values as ArrayLike<number>;
    switch (type) {
      case ATTRIBUTE_TYPES.TF_ATTR_STRING:
        return this.setStrings(op, name, Array.from(values as ArrayLike<string>));
      case ATTRIBUTE_TYPES.TF_ATTR_INT:
        return functions.intList(op, name, this.packInt64(numbers), count);
      case ATTRIBUTE_TYPES.TF_ATTR_FLOAT:
        return functions.floatList(op, name, Float32Array.from(numbers), count);
      case ATTRIBUTE_TYPES.TF_ATTR_BOOL:
        return functions.boolList(op, name, Uint8Array.from(values, (x) => x ? 1 : 0), count);
      case ATTRIBUTE_TYPES.TF_ATTR_TYPE:
        return functions.typeList(op, name, Int32Array.from(numbers), count);
      case ATTRIBUTE_TYPES.TF_ATTR_SHAPE:
        if (typeof values[0] === "object") {
          return this.setShapes(op, name, Array.from(values as ArrayLike<readonly number[]>));
        }
        return functions.shape(op, name, this.packInt64(numbers), count);
      default:
        throw unknownKind(type);
    }
  }

  private setAnyShape(op: Deno.PointerValue, name: Uint8Array<ArrayBuffer>, type: number): void {
    if (type !== ATTRIBUTE_TYPES.TF_ATTR_SHAPE) throw unknownKind(type);
    this.functions.shape(op, name, this.words, -1);
  }

  private setStrings(
    op: Deno.PointerValue,
    name: Uint8Array<ArrayBuffer>,
    texts: readonly string[],
  ): void {
    const bytes = texts.map((text) => this.encode(text));
    const pointers = BigUint64Array.from(bytes, addressOf);
    const lengths = BigUint64Array.from(bytes, ({ length }) => BigInt(length - 1));
    this.functions.stringList(op, name, pointers, lengths, texts.length);
  }

  private setShapes(
    op: Deno.PointerValue,
    name: Uint8Array<ArrayBuffer>,
    shapes: readonly (readonly number[])[],
  ): void {
    const dims = shapes.map((shape) => BigInt64Array.from(shape, BigInt));
    const pointers = BigUint64Array.from(dims, addressOf);
    const ranks = Int32Array.from(shapes, ({ length }) => length);
    this.functions.shapeList(op, name, pointers, ranks, shapes.length);
  }

  /** Whole numbers as int64, in a buffer that the next call reuses. */
  packInt64(values: ArrayLike<number>): Int32Array<ArrayBuffer> {
    if (values.length * 2 > this.words.length) this.words = new Int32Array(values.length * 4);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      this.words[2 * i] = value; // modulo 2^32
      this.words[2 * i + 1] = Math.floor(value / 2 ** 32);
    }
    return this.words;
  }
}

function addressOf(view: ArrayBufferView<ArrayBuffer>): bigint {
  return view.byteLength === 0 ? 0n : BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(view)));
}

function unknownKind(type: number): TypeError {
  const kinds = Object.keys(ATTRIBUTE_TYPES).join(", ");
  return new TypeError(`Cannot set attribute as its kind must be one of ${kinds}: it is ${type}`);
}
