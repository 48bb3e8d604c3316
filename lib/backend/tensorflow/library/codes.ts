/** TensorFlow's numbers for types, attributes and errors, as in `tf_datatype.h`, `tf_attrtype.h` and `tf_status.h`. */

/** Types of tensors; the names are those of tfjs-node's binding. */
export const DATA_TYPES = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_BFLOAT16: 14,
  TF_RESOURCE: 20,
} as const;

/** Kinds of attributes; tfjs-node names a seventh, TF_ATTR_RESOURCE, and never uses it. */
export const ATTRIBUTE_TYPES = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
  TF_ATTR_RESOURCE: 6,
} as const;

/** The numbers as fields of a binding, where tfjs-node's kernels look for them. */
export class BindingCodes {
  readonly TF_FLOAT = DATA_TYPES.TF_FLOAT;
  readonly TF_INT32 = DATA_TYPES.TF_INT32;
  readonly TF_INT64 = DATA_TYPES.TF_INT64;
  readonly TF_BOOL = DATA_TYPES.TF_BOOL;
  readonly TF_COMPLEX64 = DATA_TYPES.TF_COMPLEX64;
  readonly TF_STRING = DATA_TYPES.TF_STRING;
  readonly TF_RESOURCE = DATA_TYPES.TF_RESOURCE;
  readonly TF_UINT8 = DATA_TYPES.TF_UINT8;
  readonly TF_ATTR_STRING = ATTRIBUTE_TYPES.TF_ATTR_STRING;
  readonly TF_ATTR_INT = ATTRIBUTE_TYPES.TF_ATTR_INT;
  readonly TF_ATTR_FLOAT = ATTRIBUTE_TYPES.TF_ATTR_FLOAT;
  readonly TF_ATTR_BOOL = ATTRIBUTE_TYPES.TF_ATTR_BOOL;
  readonly TF_ATTR_TYPE = ATTRIBUTE_TYPES.TF_ATTR_TYPE;
  readonly TF_ATTR_SHAPE = ATTRIBUTE_TYPES.TF_ATTR_SHAPE;
  readonly TF_ATTR_RESOURCE = ATTRIBUTE_TYPES.TF_ATTR_RESOURCE;
}

/** Errors that we tell apart. */
export const STATUS_CODES = { ok: 0, resourceExhausted: 8 } as const;
