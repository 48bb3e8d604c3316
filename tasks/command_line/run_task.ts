/** Runs a task: help, errors as one line, exit codes. */

import { InputError, UsageError } from "../../lib/errors.ts";
import { type CommandSpec, type Flags, formatHelp, parseCommandLine } from "./flags.ts";

/**
 * Parses the command line and runs `main`. Misuse exits with 2 and any failure with 1; both print one line, and a defect of
 * this program prints its stack too.
 */
export async function runTask(
  spec: CommandSpec,
  main: (flags: Flags) => Promise<void>,
): Promise<void> {
  try {
    const flags = parseCommandLine(spec, Deno.args);
    if (flags) await main(flags);
    else console.log(formatHelp(spec));
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\nTry \`deno task ${spec.task} --help\`.`);
      Deno.exit(2);
    }
    console.error(error instanceof InputError ? error.message : error);
    Deno.exit(1);
  }
}
