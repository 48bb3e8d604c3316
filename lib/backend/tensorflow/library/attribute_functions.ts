/** TensorFlow's functions that set an attribute: those of eager ops, and those of a graph's operations. */

import type { CSymbols } from "./c_symbols.ts";
import type { Status } from "./status.ts";

type Op = Deno.PointerValue;
type Name = Uint8Array<ArrayBuffer>;
type Bytes = ArrayBufferView<ArrayBuffer>;

/** One function for each kind of attribute; lists come with their number of entries. */
export interface AttributeFunctions {
  string(op: Op, name: Name, text: Bytes, length: bigint): void;
  int(op: Op, name: Name, value: bigint): void;
  float(op: Op, name: Name, value: number): void;
  bool(op: Op, name: Name, value: number): void;
  type(op: Op, name: Name, value: number): void;
  shape(op: Op, name: Name, dims: Bytes, rank: number): void;
  stringList(op: Op, name: Name, pointers: Bytes, lengths: Bytes, count: number): void;
  intList(op: Op, name: Name, values: Bytes, count: number): void;
  floatList(op: Op, name: Name, values: Bytes, count: number): void;
  boolList(op: Op, name: Name, values: Bytes, count: number): void;
  typeList(op: Op, name: Name, values: Bytes, count: number): void;
  shapeList(op: Op, name: Name, pointers: Bytes, ranks: Bytes, count: number): void;
}

/** Those of eager ops. */
export function eagerAttributes(c: CSymbols, { pointer }: Status): AttributeFunctions {
  return {
    string: c.TFE_OpSetAttrString,
    int: c.TFE_OpSetAttrInt,
    float: c.TFE_OpSetAttrFloat,
    bool: c.TFE_OpSetAttrBool,
    type: c.TFE_OpSetAttrType,
    shape: (op, name, dims, rank) => c.TFE_OpSetAttrShape(op, name, dims, rank, pointer),
    stringList: c.TFE_OpSetAttrStringList,
    intList: c.TFE_OpSetAttrIntList,
    floatList: c.TFE_OpSetAttrFloatList,
    boolList: c.TFE_OpSetAttrBoolList,
    typeList: c.TFE_OpSetAttrTypeList,
    shapeList: (op, name, pointers, ranks, count) =>
      c.TFE_OpSetAttrShapeList(op, name, pointers, ranks, count, pointer),
  };
}

/** Those of a graph's operations. */
export function graphAttributes(c: CSymbols): AttributeFunctions {
  return {
    string: c.TF_SetAttrString,
    int: c.TF_SetAttrInt,
    float: c.TF_SetAttrFloat,
    bool: c.TF_SetAttrBool,
    type: c.TF_SetAttrType,
    shape: c.TF_SetAttrShape,
    stringList: c.TF_SetAttrStringList,
    intList: c.TF_SetAttrIntList,
    floatList: c.TF_SetAttrFloatList,
    boolList: c.TF_SetAttrBoolList,
    typeList: c.TF_SetAttrTypeList,
    shapeList: c.TF_SetAttrShapeList,
  };
}
