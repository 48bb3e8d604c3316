/** Text of a file in an error or a listing: whatever it holds, it stays one short line and does nothing to a terminal. */

const LONGEST = 80;

/** Characters that move a terminal's cursor, hide text or turn it around: controls, and Unicode's marks of direction. */
// deno-lint-ignore no-control-regex -- these are meant
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text in quotes, its control characters escaped, its end left out if it is long. */
export function quoteText(text: string, longest = LONGEST): string {
  const quoted = escapeControls(JSON.stringify(text.slice(0, longest)));
  return text.length > longest ? `${quoted}...` : quoted;
}

/** A name as it is where it is a short line of printable characters, else quoted. */
export function showName(name: string): string {
  return name.length <= LONGEST && escapeControls(name) === name ? name : quoteText(name);
}

/** Some names in a line, with the number of those that are left out. */
export function listNames(names: readonly string[], count = 10): string {
  const shown = names.slice(0, count).map(showName).join(", ");
  return names.length > count ? `${shown} and ${names.length - count} more` : shown;
}

/** The same text, its control characters as `\u001b`: a line of it stays a line. */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
