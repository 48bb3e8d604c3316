/** Tables that the page's script sorts and filters; without it they are tables. */

import { formatDecimals } from "../format_decimals.ts";
import { type Attributes, element, escapeHtml, textElement } from "./html.ts";

/** A cell: what it shows, as HTML, and what it is sorted by. */
export interface ReportCell {
  readonly html: string;
  /** A number or a text; `null` comes last. */
  readonly value: number | string | null;
}

/** A column. */
export interface ReportColumn {
  readonly header: string;
  readonly isNumber?: boolean;
}

/** A table of the page. */
export interface ReportTable {
  /** For links. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly {
    readonly cells: readonly ReportCell[];
    readonly attributes?: Attributes;
  }[];
}

/** Rows from which a table can be filtered. */
const FILTERED_COUNT = 6;

/** A cell of plain text. */
export function textCell(text: string | null): ReportCell {
  return { html: escapeHtml(text ?? ""), value: text };
}

/** A cell of a number. */
export function numberCell(value: number | null, decimals: number): ReportCell {
  return { html: value === null ? "" : formatNumber(value, decimals), value };
}

/** A number with a true minus sign. */
export function formatNumber(value: number, decimals: number): string {
  return formatDecimals(value, decimals).replace("-", "−");
}

/** A table with its caption, a button in each heading, and a field to filter by. */
export function formatSortableTable({ id, caption, columns, rows }: ReportTable): string {
  const filter = rows.length < FILTERED_COUNT ? "" : element(
    "div",
    { class: "filter" },
    element(
      "label",
      {},
      "Filter ",
      `<input type="search" data-table="${id}" placeholder="words of a row">`,
    ),
    textElement("span", "", { role: "status", "data-count": id }),
  );
  const head = columns.map(({ header, isNumber }) =>
    element(
      "th",
      { scope: "col", class: isNumber ? "number" : undefined },
      textElement("button", header, { type: "button" }),
    )
  );
  const body = rows.map(({ cells, attributes = {} }) =>
    element("tr", attributes, ...cells.map((cell, i) => formatCell(cell, columns[i]!, i)))
  );
  return element(
    "div",
    { class: "table" },
    textElement("p", caption, { id: `${id}-caption`, class: "caption" }),
    filter,
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": `${id}-caption` },
      element(
        "table",
        { id, class: "sortable", "aria-labelledby": `${id}-caption` },
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...body),
      ),
    ),
  );
}

/** A number to nine digits: enough to sort by. */
function shorten(value: string | number): string | number {
  return typeof value === "number" ? Number(value.toPrecision(9)) : value;
}

function formatCell({ html, value }: ReportCell, { isNumber }: ReportColumn, i: number): string {
  const isShown = value === null || String(value) === html;
  const attributes = {
    class: isNumber ? "number" : undefined,
    "data-value": isShown || value === null ? undefined : shorten(value),
  };
  return element(
    i === 0 ? "th" : "td",
    { ...attributes, scope: i === 0 ? "row" : undefined },
    html,
  );
}
