/** What `fetch` would do about a source: addresses, terms and places. */

import { describeByHand, targetOf } from "../../lib/setup/fetch_file.ts";
import type { PublishedSource } from "../../lib/setup/published_source.ts";

/** Prints the files of a source. */
export function printSource(source: PublishedSource, dataRoot: string): void {
  console.log(`${source.name}: ${source.title}\n  Terms: ${source.licence}`);
  for (const file of source.files) {
    console.log(`  ${file.fileName} to ${targetOf(file, dataRoot)}`);
    for (const { url, isUnverified } of file.addresses) {
      console.log(`    ${url}${isUnverified ? " (unverified)" : ""}`);
    }
    console.log(`    ${describeByHand(source, file, dataRoot)}`);
  }
}
