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

/** Errors that we tell apart. */
export const STATUS_CODES = { ok: 0, resourceExhausted: 8 } as const;
