/** Names that go into run ids, paths, tables and pictures: so plain that they mean nothing in any of them. */

/** What a plain name is, in words. */
export const PLAIN_NAME_RULE = "1-64 letters, digits, _ and ., a letter or digit at both ends";

/** Whether a text is a plain name: no path, no markup, no formula, no control character. */
export function isPlainName(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9_.]{0,62}[A-Za-z0-9_])?$/.test(text);
}
