/** The two errors a user can mend. Each message is one line: what was attempted, the rule, the current value. */

/** Input that does not meet a rule: a file, a dataset, a checkpoint. Tasks print the line and exit with 1. */
export class InputError extends Error {
  /** Name of the class, for printing. */
  override name = "InputError";
}

/** A command line that cannot be carried out as written. Tasks print the line and exit with 2. */
export class UsageError extends Error {
  /** Name of the class, for printing. */
  override name = "UsageError";
}
