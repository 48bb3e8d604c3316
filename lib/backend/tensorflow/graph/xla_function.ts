/** Functions that XLA compiles: what a graph needs to call one. */

/** A function of the context, and what its outputs are. */
export interface XlaFunction {
  readonly name: string;
  /** A `TF_Function`; it stays as long as graphs may be made that call it. */
  readonly body: Deno.PointerValue;
  readonly outputs: readonly {
    /** One of `DATA_TYPES`. */
    readonly dtype: number;
    readonly shape: readonly number[];
  }[];
}
