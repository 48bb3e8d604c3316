/** The list of ops that were traced last, so that the table is checked for gaps where there is no library. */

/** One kind of op a line, sorted. Renewed by record_ops.ts. */
export const RECORDED_OPS_URL = new URL("./recorded_ops.txt", import.meta.url);

/** Reads the lines. */
export async function readRecordedOps(): Promise<string[]> {
  return (await Deno.readTextFile(RECORDED_OPS_URL)).trim().split("\n");
}
