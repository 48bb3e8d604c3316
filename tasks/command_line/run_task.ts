/** Runs a task: help, access to its folders, errors as one line, exit codes. */

import { InputError, UsageError } from "../../lib/errors.ts";
import { escapeControls } from "../../lib/file/quote_text.ts";
import { checkAccess, type FolderUse, NotPermittedError } from "./check_access.ts";
import { StoppedError } from "./stop_signals.ts";
import { type CommandSpec, type Flags, formatHelp, parseCommandLine } from "./flags.ts";
import { findDeniedPath, formatPermittedCommand } from "./permissions.ts";

/** Where an error ends and advice on the next line begins. */
const ADVICE_BREAK = "\u0000\n";

/** An error of the system that names no call and no path: one of standard output, which may be a file on a full disk. */
const OF_NO_FILE = /^[^:]+ \(os error \d+\)$/;

/** What a task accepts and touches. */
export interface TaskSpec extends CommandSpec {
  /** Folders that it works in, checked before it begins. */
  readonly folders?: (flags: Flags) => readonly FolderUse[];
}

/**
 * Parses the command line, checks the folders and runs `main`. Misuse exits with 2 and any failure with 1; both print one
 * line, and a defect of this program prints its stack too.
 */
export async function runTask(
  spec: TaskSpec,
  main: (flags: Flags) => Promise<void>,
): Promise<void> {
  try {
    const flags = parseCommandLine(spec, Deno.args);
    if (!flags) return console.log(formatHelp(spec));
    await checkAccess(spec.folders?.(flags) ?? []);
    await main(flags);
  } catch (error) {
    const { message, exitCode } = explainFailure(error, spec);
    console.error(typeof message === "string" ? escapeLines(message) : message);
    Deno.exit(exitCode);
  }
}

/** A message may hold names of files and classes: what a terminal would obey is written out, a line stays a line. */
function escapeLines(message: string): string {
  const [line, advice] = message.split(ADVICE_BREAK);
  return escapeControls(line!) + (advice === undefined ? "" : `\n${advice}`);
}

function explainFailure(
  error: unknown,
  spec: TaskSpec,
): { readonly message: unknown; readonly exitCode: number } {
  if (error instanceof UsageError) {
    const message = `${error.message}${ADVICE_BREAK}Try \`deno task ${spec.task} --help\`.`;
    return { message, exitCode: 2 };
  }
  if (error instanceof NotPermittedError) return { message: error.message, exitCode: 2 };
  if (error instanceof StoppedError) return error;
  if (error instanceof Error && OF_NO_FILE.test(error.message)) {
    return { message: `Cannot print as the output must take it: ${error.message}`, exitCode: 1 };
  }
  const denied = findDeniedPath(error);
  if (denied) {
    const line = error instanceof InputError
      ? error.message
      : `${denied.path}: Cannot go on as Deno must permit to ${denied.kind} it: it does not`;
    const command = formatPermittedCommand([denied]);
    return { message: `${line}; run \`${command}\``, exitCode: 1 };
  }
  return { message: error instanceof InputError ? error.message : error, exitCode: 1 };
}
