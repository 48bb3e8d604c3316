/** What a MATLAB v5 file holds, as plain values. `write.ts` takes the part of them that it can write. */

/** Classes of numeric arrays. */
export type MatlabClass =
  | "double"
  | "single"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "logical";

/** Numbers. 64-bit integers beyond 2^53 lose their last digits. */
export interface MatlabNumeric {
  readonly kind: "numeric";
  readonly type: MatlabClass;
  /** Two dimensions or more. */
  readonly shape: readonly number[];
  /** Column by column. */
  readonly data: readonly number[];
}

/** Text; the rows of a character matrix are joined by line feeds. */
export interface MatlabChar {
  readonly kind: "char";
  readonly text: string;
}

/** An array of values of any kind, column by column. */
export interface MatlabCell {
  readonly kind: "cell";
  readonly shape: readonly number[];
  readonly cells: readonly MatlabArray[];
}

/** An array of records, column by column; every element has every field. */
export interface MatlabStruct {
  readonly kind: "struct";
  readonly shape: readonly number[];
  readonly fieldNames: readonly string[];
  readonly elements: readonly MatlabRecord[];
}

/** One element of a struct array. */
export type MatlabRecord = Readonly<Record<string, MatlabArray>>;

/** One value of a MATLAB file. */
export type MatlabArray = MatlabNumeric | MatlabChar | MatlabCell | MatlabStruct;
