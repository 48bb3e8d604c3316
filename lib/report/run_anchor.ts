/** Where a run is on the page. */

import { anchorOf } from "./html.ts";

/** The anchor of a run's section: the hash at the end of its id, as thousands of links name it. */
export function runAnchor(runId: string): string {
  return anchorOf("run", runId.slice(runId.lastIndexOf("-") + 1));
}
