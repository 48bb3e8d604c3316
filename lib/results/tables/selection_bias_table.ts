/** The table of selection bias over all runs. */

import { findMetric, type MetricName } from "../../eval/metric_definitions.ts";
import type { ResultRow } from "../rows/row.ts";
import { FEWEST_RUNS } from "../statistics/summary.ts";
import { describeWeights } from "./captions.ts";
import { displayBackbone, displayDataset } from "./display_names.ts";
import { BIAS_PAIRS, measureSelectionBias } from "./selection_bias.ts";
import type { TextTable } from "./text_table.ts";

const METRICS_SHOWN: readonly MetricName[] = ["recall_at_1", "map_at_r"];

/** Builds the table; `rows` are in the order of tables. */
export function buildSelectionBiasTable(rows: readonly ResultRow[]): TextTable {
  const trained = rows.filter(({ selection }) => selection !== "untrained");
  return {
    stem: "selection_bias",
    title: "What choosing the epoch on the test set adds",
    caption:
      "Points of percent between choices of epoch of the same run: mean over the runs of all losses, rates, gammas and seeds, " +
      "and half of its 95% t-interval, which takes the runs as independent " +
      `(none below ${FEWEST_RUNS} runs). Best on test is chosen by the Recall@1 that it reports. Held out is chosen on ` +
      "held-out training classes, by protocol corrected alone.",
    columns: [
      { header: "Dataset" },
      { header: "Setting" },
      { header: "Protocol" },
      { header: "Network" },
      { header: "Metric" },
      ...BIAS_PAIRS.flatMap(({ title }) => [
        { header: title, decimals: 2 },
        { header: `${title}: margin`, decimals: 2 },
        { header: `${title}: runs`, decimals: 0 },
      ]),
    ],
    rows: METRICS_SHOWN.flatMap((metric) =>
      measureSelectionBias(trained, metric).map(({ row, differences }) => [
        displayDataset(row.dataset, row.profile),
        row.setting,
        row.protocol,
        `${displayBackbone(row.backbone)}, ${describeWeights(row)}`,
        findMetric(metric).title,
        ...differences.flatMap((summary) =>
          summary === null ? [null, null, null] : [summary.mean, summary.margin, summary.count]
        ),
      ])
    ),
  };
}
