/** The losses that the paper compares; the library may have others. */

import type { LossName } from "../../lib/loss/losses.ts";

/** The paper's own loss first: it is the default of every task. */
export const COMPARED_LOSSES = [
  "proxy_an",
  "proxy_anchor",
  "proxy_nca",
] as const satisfies readonly LossName[];
