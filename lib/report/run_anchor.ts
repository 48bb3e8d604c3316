/** Where a run is on the page. */

import { anchorOf } from "./html.ts";

/** The anchor of a run's section. */
export function runAnchor(runId: string): string {
  return anchorOf("run", runId);
}
