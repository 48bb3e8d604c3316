/**
 * Results: the rows of runs and epochs, and the tables and pictures made of them.
 *
 * @module
 */

export { InputError } from "../errors.ts";
export type { NumberRange } from "../number_range.ts";
export type { Cell, Column, RowOf, TextForm } from "./rows/columns.ts";
export { readRows, RESULT_COLUMNS, type ResultRow } from "./rows/row.ts";
export { EPOCH_COLUMNS, type EpochRow, readEpochs } from "./rows/epoch_row.ts";
export { regenerateTables } from "./tables/build_tables.ts";
