/** Text at the beginning of a title. */

/** Text with its first letter as a capital; a symbol keeps its case, as γ is not Γ. */
export function capitalize(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** Text as it stands within a sentence: the first letter small, a symbol as it is. */
export function uncapitalize(text: string): string {
  return text.replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}
