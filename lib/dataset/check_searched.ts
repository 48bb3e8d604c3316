/** What every set of images that is searched must have, whoever it comes from. */

import { InputError } from "../errors.ts";

/**
 * Refuses images of one class alone: every neighbor is right there, and a recall of 100% says nothing.
 *
 * @param action What cannot be done, with the file or folder before it.
 * @param classes Of every image; at least one.
 * @param noun What they were read as.
 * @throws {InputError} In one line.
 */
export function checkSearched(
  action: string,
  classes: readonly string[],
  noun: "images" | "labels",
): void {
  const [first, ...others] = classes;
  if (others.some((other) => other !== first)) return;
  const count = `${classes.length} of ${classes.length} ${noun}`;
  throw new InputError(
    `${action} as there must be two classes to tell apart: ${count} are ${
      noun === "images" ? "of " : ""
    }${first}`,
  );
}
