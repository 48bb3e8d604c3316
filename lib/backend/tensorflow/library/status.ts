/** TensorFlow's status: the one error of the last call. */

import { InputError } from "../../../errors.ts";
import { SMALLER_BATCH } from "../../smaller_batch.ts";
import type { CSymbols } from "./c_symbols.ts";
import { STATUS_CODES } from "./codes.ts";

/** A status to pass to calls, and what it holds afterwards. */
export class Status {
  /** For calls that take a status. */
  readonly pointer: Deno.PointerValue;

  constructor(private readonly c: CSymbols) {
    this.pointer = c.TF_NewStatus();
  }

  /** Whether the last call failed. */
  hasFailed(): boolean {
    return this.c.TF_GetCode(this.pointer) !== STATUS_CODES.ok;
  }

  /**
   * Throws if the last call failed.
   *
   * @param action What was attempted, such as `run TensorFlow op Conv2D`.
   * @throws {InputError} If the device has too little memory.
   * @throws {Error} For any other failure, with TensorFlow's message.
   */
  check(action: string): void {
    if (!this.hasFailed()) return;
    const code = this.c.TF_GetCode(this.pointer);
    const message = Deno.UnsafePointerView.getCString(this.c.TF_Message(this.pointer)!);
    throw explainFailure(action, code, message);
  }

  /** Frees it. */
  dispose(): void {
    this.c.TF_DeleteStatus(this.pointer);
  }
}

/** The error for a failed call of TensorFlow. */
export function explainFailure(action: string, code: number, message: string): Error {
  // Leads in with the function it wraps the op in: "{{function_node __wrapped__Conv2D_device_...}} text [Op:Conv2D]".
  const text = message.replace(/^\{\{function_node [^}]*\}\}\s*/, "").replace(
    / \[Op:\w+\].*$/s,
    "",
  );
  if (code !== STATUS_CODES.resourceExhausted) return new Error(`Cannot ${action}: ${text}`);
  return new InputError(
    `Cannot ${action} as the device must have memory for it: ${
      text.split("\n")[0]
    }; ${SMALLER_BATCH}`,
  );
}
