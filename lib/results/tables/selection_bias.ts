/** What choosing the epoch on the test set adds, run by run: best on test against final against held out. */

import type { MetricName } from "../../eval/metric_definitions.ts";
import type { ResultRow } from "../rows/row.ts";
import { summarize, type Summary } from "../statistics/summary.ts";
import { formatStart } from "./scope.ts";

/** Two choices of epoch whose difference is measured. */
export const BIAS_PAIRS = [
  { first: "best_on_test", second: "final", title: "best on test − final" },
  { first: "best_on_test", second: "held_out", title: "best on test − held out" },
  { first: "held_out", second: "final", title: "held out − final" },
] as const;

/** Runs that are put together: of all losses, rates, gammas and seeds. */
export interface BiasGroup {
  /** One of its rows. */
  readonly row: ResultRow;
  /** In the order of `BIAS_PAIRS`; `null` where no run has both choices. */
  readonly differences: readonly (Summary | null)[];
}

/** Differences of a metric between the choices of epoch, over the runs of a dataset, setting, protocol and network. */
export function measureSelectionBias(rows: readonly ResultRow[], metric: MetricName): BiasGroup[] {
  const groups = Map.groupBy(
    rows,
    (row) => [row.profile, row.dataset, row.setting, row.protocol, formatStart(row)].join("/"),
  );
  return [...groups.values()].map((members) => {
    const runs = [...Map.groupBy(members, ({ run_id }) => run_id).values()];
    const differences = BIAS_PAIRS.map(({ first, second }) => {
      const values = runs.flatMap((run) => {
        const [a, b] = [first, second].map((name) =>
          run.find(({ selection }) => selection === name)?.[metric] ?? null
        );
        return a === null || b === null ? [] : [a! - b!];
      });
      return summarize(values);
    });
    return { row: members[0]!, differences };
  });
}
