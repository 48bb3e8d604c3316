/** What weights from anywhere must do before a number is made of them. */

import { InputError } from "../errors.ts";
import type { OddRows } from "../eval/odd_rows.ts";

/**
 * Refuses a network that gives every image the same: which neighbor comes first would be a matter of their order.
 *
 * @param path Of its weights; only used in errors.
 * @param oddRows Of the embeddings of all images.
 * @throws {InputError} In one line.
 */
export function checkToldApart(path: string, oddRows: OddRows): void {
  const { zeroCount, equalCount, rowCount } = oddRows;
  if (zeroCount + equalCount < rowCount) return;
  throw new InputError(
    `${path}: Cannot score weights as the network must tell images apart: ` +
      `it gives all ${rowCount} ${zeroCount > 0 ? "zeros" : "the same numbers"}`,
  );
}
