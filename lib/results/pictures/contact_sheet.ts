/** Contact sheets: queries with their nearest neighbors, right and wrong ones marked by frame and symbol. */

import { Buffer } from "node:buffer";
import { formatElement, formatPicture, formatText } from "./svg.ts";

/** One image of a sheet. */
export interface SheetImage {
  /** What the thumbnail function gets. */
  readonly imagePath: string;
  /** Class as published. */
  readonly classId: string;
}

/** One found image. */
export interface SheetNeighbor extends SheetImage {
  /** Cosine to the query. */
  readonly similarity: number;
  /** Whether it is of the query's class; `null` where that is not known. */
  readonly isRight: boolean | null;
}

/** One line of a sheet. */
export interface SheetLine {
  /** What was looked for. */
  readonly query: SheetImage;
  /** What was found, nearest first. */
  readonly neighbors: readonly SheetNeighbor[];
}

/** What {@linkcode drawContactSheet} needs beside the images. */
export interface DrawContactSheetOptions {
  /** First line. */
  readonly title: string;
  /** Second line, such as the run id. */
  readonly subtitle: string;
  /** Makes a square JPEG of an image, a little larger than {@linkcode THUMBNAIL_SIZE} for sharp screens. */
  thumbnail(imagePath: string): Promise<Uint8Array>;
}

/** Side of a thumbnail on the sheet, in pixels. */
export const THUMBNAIL_SIZE = 84;

const GAP = 14;
const QUERY_GAP = 30;
const LINE_HEIGHT = THUMBNAIL_SIZE + 42;
const MARGIN = 24;
const TOP = 96;
const INK = "#222222";
const FAINT_INK = "#666666";
const RIGHT_COLOR = "#0072b2";
const WRONG_COLOR = "#d55e00";

/**
 * Draws a contact sheet as one SVG file with its thumbnails inside.
 *
 * A right neighbor has a solid blue frame and a check mark, a wrong one a dashed orange frame, a cross and its class. Where the
 * query's class is not known, all have a thin frame and their class.
 *
 * @throws Whatever `thumbnail` throws.
 */
export async function drawContactSheet(
  lines: readonly SheetLine[],
  options: DrawContactSheetOptions,
): Promise<string> {
  const columnCount = Math.max(1, ...lines.map(({ neighbors }) => neighbors.length));
  const width = Math.max(neighborLeft(columnCount) - GAP + MARGIN, 460);
  const height = TOP + lines.length * LINE_HEIGHT + 38;
  const parts = [
    formatText(options.title, MARGIN, 32, { fill: INK, "font-size": 16, "font-weight": "bold" }),
    formatText(options.subtitle, MARGIN, 52, { fill: FAINT_INK, "font-size": 11 }),
    ...drawHeadings(lines.length > 0 ? columnCount : 0),
  ];
  for (const [i, line] of lines.entries()) {
    parts.push(...await drawSheetLine(line, TOP + i * LINE_HEIGHT, options));
  }
  const hasClasses = !lines.some(({ neighbors }) =>
    neighbors.some(({ isRight }) => isRight === null)
  );
  parts.push(...drawLegend(height - 24, hasClasses));
  return formatPicture(width, height, `${options.title}. ${options.subtitle}`, parts);
}

async function drawSheetLine(
  { query, neighbors }: SheetLine,
  top: number,
  { thumbnail }: DrawContactSheetOptions,
): Promise<string[]> {
  const parts = [
    drawThumbnail(await thumbnail(query.imagePath), MARGIN, top),
    drawFrame(MARGIN, top, INK, 2, "none"),
    drawCaption(query.classId, MARGIN, top, 1, INK),
  ];
  for (const [i, { imagePath, classId, similarity, isRight }] of neighbors.entries()) {
    const left = neighborLeft(i);
    const color = isRight === null ? INK : isRight ? RIGHT_COLOR : WRONG_COLOR;
    parts.push(
      drawThumbnail(await thumbnail(imagePath), left, top),
      drawFrame(left, top, color, isRight === null ? 1 : 3, isRight === false ? "7 4" : "none"),
      ...(isRight === null ? [] : [drawMark(left + THUMBNAIL_SIZE - 4, top + 4, isRight)]),
      drawCaption(similarity.toFixed(2), left, top, 1, FAINT_INK),
      ...(isRight ? [] : [drawCaption(classId, left, top, 2, color)]),
    );
  }
  return parts;
}

function neighborLeft(index: number): number {
  return MARGIN + THUMBNAIL_SIZE + QUERY_GAP + index * (THUMBNAIL_SIZE + GAP);
}

function drawHeadings(columnCount: number): string[] {
  const style = { fill: FAINT_INK, "text-anchor": "middle" };
  const center = THUMBNAIL_SIZE / 2;
  return Array.from({ length: columnCount }, (_, i) => i).reduce(
    (parts, i) => [...parts, formatText(`${i + 1}`, neighborLeft(i) + center, TOP - 12, style)],
    columnCount > 0 ? [formatText("query", MARGIN + center, TOP - 12, style)] : [],
  );
}

function drawThumbnail(jpeg: Uint8Array, left: number, top: number): string {
  return formatElement("image", {
    x: left,
    y: top,
    width: THUMBNAIL_SIZE,
    height: THUMBNAIL_SIZE,
    preserveAspectRatio: "xMidYMid slice",
    href: `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`,
  });
}

function drawFrame(
  left: number,
  top: number,
  color: string,
  width: number,
  dashes: string,
): string {
  return formatElement("rect", {
    x: left,
    y: top,
    width: THUMBNAIL_SIZE,
    height: THUMBNAIL_SIZE,
    fill: "none",
    stroke: color,
    "stroke-width": width,
    "stroke-dasharray": dashes,
  });
}

/** A check mark or a cross on a disk, drawn as paths so that no font has to have them. */
function drawMark(x: number, y: number, isRight: boolean): string {
  const disk = formatElement("circle", {
    cx: x,
    cy: y,
    r: 9,
    fill: isRight ? RIGHT_COLOR : WRONG_COLOR,
    stroke: "#ffffff",
    "stroke-width": 1.5,
  });
  const stroke = isRight ? "m-4 0.5l3 3l5.5 -6.5" : "m-3.5 -3.5l7 7m0 -7l-7 7";
  return disk + formatElement("path", {
    d: `M${x} ${y}${stroke}`,
    fill: "none",
    stroke: "#ffffff",
    "stroke-width": 2,
    "stroke-linecap": "round",
  });
}

function drawCaption(text: string, left: number, top: number, line: number, fill: string): string {
  const y = top + THUMBNAIL_SIZE + 2 + line * 12;
  const style = { fill, "font-size": 9.5, "text-anchor": "middle" };
  return formatText(shorten(text), left + THUMBNAIL_SIZE / 2, y, style);
}

function shorten(text: string, length = 15): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function drawLegend(y: number, hasClasses: boolean): string[] {
  const entries = hasClasses
    ? [
      { text: "class of the query", isRight: true, x: MARGIN + 9 },
      { text: "another class", isRight: false, x: MARGIN + 149 },
    ]
    : [];
  return [
    ...entries.flatMap(({ text, isRight, x }) => [
      drawMark(x, y - 4, isRight),
      formatText(text, x + 15, y, { fill: INK, "font-size": 11 }),
    ]),
    formatText("numbers: cosine to the query", hasClasses ? MARGIN + 260 : MARGIN, y, {
      fill: FAINT_INK,
      "font-size": 11,
    }),
  ];
}
