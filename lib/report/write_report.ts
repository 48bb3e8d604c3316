/** From a folder of results to its `report.html`. */

import { join } from "@std/path";
import { writeFileAtomic } from "../file/atomic_write.ts";
import { formatReport } from "./format_report.ts";
import { readReportData } from "./report_data.ts";

/** Name of the report in a folder of results. */
export const REPORT_FILE = "report.html";

/** What the report has. */
export interface WriteReportOptions {
  /** Whether pictures of images are in it, where views of runs have some. */
  readonly hasImages: boolean;
}

/**
 * Writes the report.
 *
 * @returns Its path, its size, and how many runs have a view in it.
 * @throws {InputError} If a result file cannot be parsed or the report cannot be written.
 */
export async function writeReport(
  resultsRoot: string,
  { hasImages }: WriteReportOptions,
): Promise<{ path: string; sizeBytes: number; runCount: number; viewCount: number }> {
  const data = await readReportData(resultsRoot, hasImages);
  const bytes = new TextEncoder().encode(formatReport(data));
  const path = join(resultsRoot, REPORT_FILE);
  await writeFileAtomic(path, bytes);
  const viewCount = data.runs.filter(({ view }) => view !== null).length;
  return { path, sizeBytes: bytes.length, runCount: data.runs.length, viewCount };
}
