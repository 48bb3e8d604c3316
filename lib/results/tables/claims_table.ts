/** Published numbers beside ours, with a verdict each. */

import { type Claim, CLAIMS_RULE, listClaims } from "../claims/claims.ts";
import {
  formatSource,
  isAvailable,
  PUBLISHED_RESULTS,
  type PublishedResult,
} from "../claims/published_results.ts";
import { findMetric } from "../../eval/metric_definitions.ts";
import type { ResultRow } from "../rows/row.ts";
import { displayBackbone, displayDataset } from "./display_names.ts";
import type { TextTable } from "./text_table.ts";

/** Builds the table of claims; it is there, with its reasons, before there is any run. */
export function buildClaimsTable(
  rows: readonly ResultRow[],
  published: readonly PublishedResult[] = PUBLISHED_RESULTS,
): TextTable {
  const claims = listClaims(rows, published);
  const count = (verdict: Claim["verdict"]) =>
    claims.filter((claim) => claim.verdict === verdict).length;
  const verdicts = ["reproduced", "not reproduced", "too few runs", "not comparable"] as const;
  const counts = verdicts.map((verdict) => `${count(verdict)} ${verdict}`).join(", ");
  return {
    stem: "claims",
    title: "Published numbers and ours",
    caption: `${counts}. ${CLAIMS_RULE} Conflicting sources are listed each for itself.`,
    columns: [
      { header: "Method" },
      { header: "Network" },
      { header: "D", decimals: 0 },
      { header: "Dataset" },
      { header: "Setting" },
      { header: "Metric" },
      { header: "Published", decimals: 1 },
      { header: "Ours", decimals: 1 },
      { header: "n", decimals: 0 },
      { header: "Difference", decimals: 1 },
      { header: "Margin", decimals: 1 },
      { header: "Verdict" },
      { header: "Source" },
    ],
    rows: claims.map(toRow),
  };
}

function toRow(claim: Claim): (string | number | null)[] {
  const { published, metric, publishedPercent, ours, runCount, difference, margin } = claim;
  const { method, backbone, embedding_size, dataset, alpha } = published;
  return [
    alpha === null ? method : `${method}, α = ${alpha}`,
    displayBackbone(backbone),
    embedding_size,
    displayDataset(dataset, "paper"),
    describeSetting(published),
    metric === null ? "all" : findMetric(metric).title,
    publishedPercent ?? (isAvailable(published) ? null : "not available"),
    ours,
    runCount === 0 ? null : runCount,
    difference,
    margin,
    claim.reason === "" ? claim.verdict : `${claim.verdict}: ${claim.reason}`,
    formatSource(published),
  ];
}

function describeSetting({ rate, gamma }: PublishedResult): string {
  if (rate !== null) return `rate ${rate}`;
  return gamma === null ? "full" : `γ = ${gamma}`;
}
