/** The picture of selection bias over all runs. */

import type { ResultRow } from "../rows/row.ts";
import { BIAS_PAIRS, type BiasGroup, measureSelectionBias } from "../tables/selection_bias.ts";
import { type ChartPoint, formatLineChart } from "./chart.ts";

/**
 * Draws the mean differences of Recall@1 between choices of epoch, a place for each dataset, setting and protocol.
 *
 * @param rows In the order of tables.
 * @returns SVG, or `null` if no run has two choices.
 */
export function drawSelectionBias(rows: readonly ResultRow[]): string | null {
  const groups = measureSelectionBias(
    rows.filter(({ selection, setting }) => selection !== "untrained" && setting === "full"),
    "recall_at_1",
  );
  const series = BIAS_PAIRS.map(({ title }, style) => ({
    label: title,
    style,
    points: groups.flatMap(({ differences }, x): ChartPoint[] => {
      const summary = differences[style];
      if (!summary || Number.isNaN(summary.mean)) return [];
      const { mean, minimum, maximum } = summary;
      return [{ x, mean, minimum, maximum, isDetached: true }];
    }),
  })).filter(({ points }) => points.length > 0);
  if (series.length === 0) return null;
  return formatLineChart({
    title: "What choosing the epoch on the test set adds",
    subtitle:
      "Recall@1, all training images; mean over the runs of all losses and seeds. P: published, C: corrected",
    xLabel: "Dataset and protocol",
    yLabel: "Difference (points)",
    xTicks: groups.map((group, x) => ({ x, label: nameGroup(group, groups) })),
    series,
    reference: { label: "No difference", value: 0 },
  });
}

/** Dataset and protocol; the profile, too, where there are several. */
function nameGroup({ row }: BiasGroup, groups: readonly BiasGroup[]): string {
  const { profile, dataset, protocol } = row;
  const isOne = groups.every((group) => group.row.profile === profile);
  return `${isOne ? "" : `${profile} `}${dataset} ${protocol === "published" ? "P" : "C"}`;
}
