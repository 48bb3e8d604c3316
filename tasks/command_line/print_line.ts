/** Prints a line that holds text of files: names of tensors, classes, paths. */

import { escapeControls } from "../../lib/file/quote_text.ts";

/** Prints one line, whatever it holds: control characters, which a terminal would obey, are written out. */
export function printLine(text: string): void {
  console.log(escapeControls(text));
}
