/** A session: the other way to run a graph, which can keep a record of every op. */

import type { CSymbols } from "../library/c_symbols.ts";
import type { Context } from "../library/context.ts";
import { type GraphOutput, packOutputs, packPointers } from "./graph_output.ts";
import { takeBuffer } from "../eager/tensor_data.ts";

/** `RunOptions` with `trace_level = FULL_TRACE`, in wire format. */
const FULL_TRACE = Uint8Array.of(1 << 3, 3);

/** An open session. */
export interface Session {
  /** Runs the graph once; returns a serialized `RunMetadata`. The results are dropped. */
  run(
    inputs: readonly GraphOutput[],
    values: readonly Deno.PointerValue[],
    outputs: readonly GraphOutput[],
  ): Uint8Array<ArrayBuffer>;
  /** Frees it. */
  close(): void;
}

/**
 * Opens a session with the configuration of the context.
 *
 * @throws {Error} With TensorFlow's message.
 */
export function openSession(
  c: CSymbols,
  graph: Deno.PointerValue,
  { status, config }: Context,
): Session {
  const options = c.TF_NewSessionOptions();
  c.TF_SetConfig(options, config, BigInt(config.length), status.pointer);
  const session = c.TF_NewSession(graph, options, status.pointer);
  c.TF_DeleteSessionOptions(options);
  status.check("open session");
  return {
    run(inputs, values, outputs) {
      const given = packPointers(values);
      const results = new BigUint64Array(outputs.length);
      const runOptions = c.TF_NewBufferFromString(FULL_TRACE, BigInt(FULL_TRACE.length));
      const record = c.TF_NewBuffer();
      c.TF_SessionRun(
        session,
        runOptions,
        packOutputs(inputs),
        given,
        inputs.length,
        packOutputs(outputs),
        results,
        outputs.length,
        null,
        0,
        record,
        status.pointer,
      );
      c.TF_DeleteBuffer(runOptions);
      const bytes = takeBuffer(c, record);
      status.check("run session");
      for (const result of results) c.TF_DeleteTensor(Deno.UnsafePointer.create(result));
      return bytes;
    },
    close() {
      c.TF_CloseSession(session, status.pointer);
      c.TF_DeleteSession(session, status.pointer);
    },
  };
}
