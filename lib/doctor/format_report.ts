/** The report as text. */

import type { BackendReport } from "./backend_report.ts";
import { describeBfloat16 } from "./bfloat16_support.ts";
import { formatCounts } from "./check_datasets.ts";
import type { DoctorReport } from "./examine.ts";

/** Formats a report for a terminal, without a newline at its end. */
export function formatReport(report: DoctorReport): string {
  const { machine, sharp } = report;
  const sections: [string, string[]][] = [
    ["Machine", [
      `Deno ${machine.denoVersion} on ${machine.platform}, ${machine.coreCount} cores, ` +
      `${formatBytes(machine.freeMemoryBytes)} of ${formatBytes(machine.memoryBytes)} memory free`,
      describeBfloat16(machine.bfloat16),
    ]],
    ["Backends, in the order of --backend auto; GFLOP/s measured just now", [
      ...formatColumns([BACKEND_HEADER, ...report.backends.map(backendCells)]),
      ...report.backends.flatMap(backendNotes),
      ...formatChoice(report),
    ]],
    [
      "Search for libtensorflow",
      formatColumns(report.librarySteps.map(({ place, path, hasLibrary, explanation }) => [
        hasLibrary ? "+" : "-",
        place,
        path === null ? explanation : `${path}: ${explanation}`,
      ])),
    ],
    ["Images", [
      sharp.isAvailable
        ? `sharp ${sharp.version}, libvips ${sharp.vipsVersion}: ${sharp.formats.join(", ")}`
        : `sharp does not load: ${sharp.reason}`,
    ]],
    [
      "Datasets (images of classes)",
      formatColumns(report.datasets.map(({ profile, name, folder, state, counts, problem }) => [
        profile,
        name,
        folder,
        state,
        problem ?? formatCounts(counts),
      ])),
    ],
    ["Pretrained weights", formatWeights(report)],
    [
      "Next",
      formatColumns(report.next.map(({ command, reason }) => [command, `# ${reason}`])),
    ],
  ];
  return sections.map(([title, lines]) =>
    [title, ...lines.map((line) => `  ${line}`.trimEnd())].join("\n")
  ).join("\n\n");
}

const BACKEND_HEADER = ["", "backend", "version", "threads", "conv", "matmul", "memory", "device"];

function backendNotes(report: BackendReport): string[] {
  if (!report.isAvailable) return [`- ${report.reason}`];
  return report.whyOnCpu === null
    ? []
    : [`- ${report.name} computes on the CPU, as ${report.whyOnCpu}`];
}

function backendCells(report: BackendReport): string[] {
  if (!report.isAvailable) return ["-", report.name, "not available"];
  const { backend, speed, memoryBytes, largestTensorBytes } = report;
  const memory = [
    ...(memoryBytes === null ? [] : [formatBytes(memoryBytes)]),
    ...(largestTensorBytes === null ? [] : [`${formatBytes(largestTensorBytes)} a tensor`]),
  ].join(", ");
  return [
    "+",
    backend.name,
    backend.version,
    String(backend.threads),
    formatRate(speed.convolutionGflops),
    formatRate(speed.matMulGflops),
    memory,
    backend.device,
  ];
}

function formatChoice({ choice }: DoctorReport): string[] {
  if ("reason" in choice) return [`--backend auto takes none: ${choice.reason}`];
  const { backend, skipped } = choice;
  return [
    `--backend auto takes ${backend.name}`,
    ...skipped.map(({ name, reason }) => `  not ${name}: ${reason}`),
  ];
}

function formatWeights({ weights }: DoctorReport): string[] {
  if (weights.length === 0) {
    return ["none; `deno task fetch --weights all --dry-run` lists the published files"];
  }
  return formatColumns(weights.map(({ path, sizeBytes, backbone }) => [
    path,
    formatBytes(sizeBytes),
    backbone ?? "no published file; `deno task weights` looks inside",
  ]));
}

/** Columns as wide as their widest cell; a row's last cell is as long as it is. */
function formatColumns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) =>
    Math.max(...rows.map((row) => column < row.length - 1 ? row[column]!.length : 0));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(width(i))).join("  ").trimEnd());
}

function formatRate(gflops: number): string {
  return gflops < 10 ? gflops.toFixed(1) : gflops.toFixed(0);
}

function formatBytes(sizeBytes: number): string {
  const isLarge = sizeBytes >= 2 ** 30;
  return `${(sizeBytes / (isLarge ? 2 ** 30 : 2 ** 20)).toFixed(1)} ${isLarge ? "GiB" : "MiB"}`;
}
