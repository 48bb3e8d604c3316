/** Calls of functions that XLA compiles, in traces. */

import type { TensorMetadata } from "../eager/tensor_metadata.ts";
import type { CSymbols } from "../library/c_symbols.ts";
import type { Context } from "../library/context.ts";
import { Tracer, type TracerHost } from "./tracer.ts";
import type { XlaFunction } from "./xla_function.ts";

/** Ops that become a function which XLA compiles. */
export interface RecordedOps {
  /** Names all that they do. */
  readonly name: string;
  /** Gets what stands for the inputs, runs the ops, and returns the numbers of the outputs. */
  readonly record: (standIns: readonly TensorMetadata[]) => readonly number[];
  /** See `FusedOps`. */
  readonly isMultiplied: boolean;
}

/** The functions of a context, each recorded once for its name and the kinds of its inputs. */
export class XlaCalls {
  private readonly functions = new Map<string, XlaFunction>();

  constructor(
    private readonly c: CSymbols,
    private readonly context: Context,
    private readonly host: TracerHost,
  ) {}

  /**
   * Records a call.
   *
   * @param outer The trace that has it.
   * @param within Runs a part whose ops another tracer records.
   */
  call(
    outer: Tracer,
    ops: RecordedOps,
    inputIds: readonly number[],
    within: <T>(inner: Tracer, run: () => T) => T,
  ): TensorMetadata[] {
    const kinds = inputIds.map((id) => outer.describe(id));
    const isLow = ops.isMultiplied && outer.isLowPrecision(inputIds);
    const texts = kinds.map(({ dtype, shape }) => [dtype, ...shape].join("x"));
    const name = [ops.name, ...(isLow ? ["low"] : []), ...texts].join("_");
    const record = () => {
      const inner = new Tracer(this.c, this.context, this.host, kinds);
      try {
        return within(
          inner,
          () => inner.toXlaFunction(name, ops.record(inner.standIns), isLow),
        );
      } finally {
        inner.dispose();
      }
    };
    const fn = this.functions.get(name) ?? record();
    this.functions.set(name, fn);
    return outer.call(fn, inputIds);
  }

  /** Frees the functions, which graphs may no longer call. */
  dispose(): void {
    for (const { body } of this.functions.values()) this.c.TF_DeleteFunction(body);
  }
}
