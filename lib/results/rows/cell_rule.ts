/** What a cell of a column may hold, checked the same way when rows are read and when they are stored. */

import { isPlainName, PLAIN_NAME_RULE } from "../../plain_name.ts";
import { describeRange, isWithinRange } from "../../number_range.ts";
import type { Column, TextForm } from "./columns.ts";

interface FormRule {
  readonly words: string;
  isMet(text: string): boolean;
}

const FORMS: Readonly<Record<TextForm, FormRule>> = {
  name: { words: PLAIN_NAME_RULE, isMet: isPlainName },
  "run id": {
    words: "letters, digits, _, . and -, a letter or digit first",
    isMet: (text) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/.test(text),
  },
  hash: { words: "64 hexadecimal digits", isMet: (text) => /^[0-9a-f]{64}$/.test(text) },
  weights: {
    words: "64 hexadecimal digits or random",
    isMet: (text) => /^(random|[0-9a-f]{64})$/.test(text),
  },
  commit: {
    words: "40 or 64 hexadecimal digits",
    isMet: (text) => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text),
  },
  // Neither a control character, which a terminal would obey, nor a formula, which a spreadsheet would.
  line: {
    words: "a line of at most 300 printable characters that does not begin with =, +, - or @",
    isMet: (text) => /^(?![=+\-@])[^\p{C}\p{Zl}\p{Zp}]{1,300}$/u.test(text),
  },
};

/** A text as a cell of form `line`: what the rule refuses becomes a space; empty texts become a dash. */
export function toLine(text: string): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim().replace(/^[=+\-@\s]+/, "");
  return plain.slice(0, 300) || "unknown";
}

/**
 * Checks one value of a row, `null` for an empty cell.
 *
 * @returns What the column's values must be, in words; `null` if this value is right.
 */
export function findBrokenRule(value: unknown, column: Column): string | null {
  if (value === null && column.isOptional) return null;
  const isRight = column.kind === "text"
    ? typeof value === "string" && isRightText(value, column)
    : typeof value === "number" && isRightNumber(value, column);
  return isRight ? null : describeRule(column);
}

function isRightText(text: string, { choices, form = "line" }: Column): boolean {
  return choices ? choices.includes(text) : FORMS[form].isMet(text);
}

function isRightNumber(value: number, { kind, range = {}, mayBeNaN }: Column): boolean {
  if (Number.isNaN(value)) return mayBeNaN === true;
  return (kind === "number" || Number.isSafeInteger(value)) && isWithinRange(value, range);
}

function describeRule({ kind, choices, form = "line", range = {} }: Column): string {
  if (kind === "text") return choices ? `one of ${choices.join(", ")}` : FORMS[form].words;
  return `${kind === "integer" ? "a whole number" : "a number"}${describeRange(range)}`;
}
