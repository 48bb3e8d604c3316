/** Text of a file in an error: whatever it holds, the error stays one short line. */

const LONGEST = 80;

/** A text in quotes, its control characters escaped, its end left out if it is long. */
export function quoteText(text: string): string {
  const quoted = JSON.stringify(text.slice(0, LONGEST));
  return text.length > LONGEST ? `${quoted}...` : quoted;
}
