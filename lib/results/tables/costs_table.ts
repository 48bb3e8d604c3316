/** What runs cost: time, energy and memory, added up. */

import type { ResultRow } from "../rows/row.ts";
import { displayBackbone, displayDataset } from "./display_names.ts";
import type { TextTable } from "./text_table.ts";

/** What some runs cost together; `null` where none of them says. */
interface Cost {
  readonly runCount: number;
  readonly trainingHours: number;
  readonly evaluationHours: number | null;
  readonly energyKilowattHours: number | null;
  readonly peakMemoryGibibytes: number | null;
}

/** Builds the table; `rows` are in the order of tables. */
export function buildCostsTable(rows: readonly ResultRow[]): TextTable {
  const last = rows.filter(({ selection }) => selection === "final"); // a row of a run's last epoch has all of it
  const groups = Map.groupBy(
    last,
    (row) =>
      [row.profile, row.dataset, row.setting, row.protocol, row.backbone, row.backend, row.device]
        .concat(row.precision ?? "").join("/"),
  );
  return {
    stem: "costs",
    title: "What the runs cost",
    caption:
      "Runs that ended, added up: training and evaluation by the clock, energy of the processor where the system tells it, and " +
      "the largest memory of a process. Empty where the rows do not say, as those of earlier versions do not; a sum is then of " +
      "the rows that do. Runs that were broken off, and what was run more than once, are not in it.",
    columns: [
      { header: "Dataset" },
      { header: "Setting" },
      { header: "Protocol" },
      { header: "Network" },
      { header: "Backend" },
      { header: "Device" },
      { header: "Runs", decimals: 0 },
      { header: "Training (h)", decimals: 3 },
      { header: "Evaluation (h)", decimals: 3 },
      { header: "Energy (kWh)", decimals: 4 },
      { header: "Memory (GiB)", decimals: 2 },
    ],
    rows: [
      ...[...groups.values()].map((members) => toRow(members)),
      ...(last.length > 0 ? [["All", "", "", "", "", "", ...toCells(addUp(last))]] : []),
    ],
  };
}

function toRow(members: readonly ResultRow[]): (string | number | null)[] {
  const { dataset, profile, setting, protocol, backbone, backend, device, precision } = members[0]!;
  return [
    displayDataset(dataset, profile),
    setting,
    protocol,
    displayBackbone(backbone),
    precision === null || precision === "float32" ? backend : `${backend}, ${precision}`,
    device,
    ...toCells(addUp(members)),
  ];
}

function addUp(rows: readonly ResultRow[]): Cost {
  const sum = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  const scale = (value: number | null, unit: number) => value === null ? null : value / unit;
  const memory = rows.map((row) => row.peak_memory_bytes).filter((value) => value !== null);
  return {
    runCount: rows.length,
    trainingHours: sum(rows.map((row) => row.wall_seconds))! / 3600,
    evaluationHours: scale(sum(rows.map((row) => row.evaluation_seconds)), 3600),
    energyKilowattHours: scale(sum(rows.map((row) => row.energy_joules)), 3.6e6),
    peakMemoryGibibytes: memory.length === 0 ? null : Math.max(...memory) / 2 ** 30,
  };
}

function toCells(cost: Cost): (number | null)[] {
  return [
    cost.runCount,
    cost.trainingHours,
    cost.evaluationHours,
    cost.energyKilowattHours,
    cost.peakMemoryGibibytes,
  ];
}
