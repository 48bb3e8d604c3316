/** What is known of a tensor of TensorFlow: with a number of its own, or by the values that it was made of. */

/** A tensor that an op returned. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  /** One of `DATA_TYPES`. */
  readonly dtype: number;
}

/** What ops take a tensor by. */
export interface TensorKind {
  /** One of `DATA_TYPES`. */
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** A tensor that was made of values. */
export interface ExistingTensor extends TensorKind {
  /** A `TF_Tensor` of its values; the caller deletes it. */
  readonly resolve: () => Deno.PointerValue;
}
