/** `deno task weights`: what a file of weights is, whether it fits a backbone, and the same as safetensors. */

import { basename, dirname } from "@std/path";
import { makeFolder, writeFileAtomic } from "../lib/file/atomic_write.ts";
import { UsageError } from "../lib/errors.ts";
import { inspectWeights, verifyWeights } from "../lib/experiment/inspect_weights.ts";
import type { NamedTensor } from "../lib/file/named_tensor.ts";
import type { FittedWeights } from "../lib/model/weights/fit_weights.ts";
import { BACKBONE_NAMES } from "../lib/model/registry.ts";
import { formatSafetensors } from "../lib/file/safetensors.ts";
import { KNOWN_WEIGHTS } from "../lib/model/weights/known_weights.ts";
import { printWeightsReport } from "./command_line/print_weights_report.ts";
import { runTask } from "./command_line/run_task.ts";

await runTask({
  task: "weights",
  summary: [
    "Lists the tensors of a file of weights (.safetensors, .pth, .pt), checks them against a backbone, converts them.",
    "",
    "Published files, which runs of profile paper look for in data/weights:",
    ...KNOWN_WEIGHTS.map(({ backbone, url, description }) =>
      `  ${backbone.padEnd(12)}  ${url}\n${" ".repeat(16)}${description}`
    ),
  ].join("\n"),
  flags: [
    { name: "file", value: "FILE", help: "File of weights." },
    {
      name: "backbone",
      value: "NAME",
      help: `Backbone to compare with: ${
        BACKBONE_NAMES.join(", ")
      }; default that of a published file.`,
    },
    { name: "verify", help: "Fail unless every tensor of the backbone is there, and no other." },
    {
      name: "state",
      value: "KEY",
      help:
        "Which network of a checkpoint that holds several, such as model_ema; default the likeliest.",
    },
    {
      name: "to",
      value: "FILE",
      help:
        "Write safetensors: the backbone's tensors, head and proxies; without a backbone all tensors.",
    },
  ],
  examples: [
    "deno task weights --file data/weights/resnet50-0676ba61.pth",
    "deno task weights --file model.pth --backbone resnet50 --verify --to model.safetensors",
  ],
}, async (flags) => {
  const path = flags.text("file");
  if (path === undefined) {
    throw new UsageError("Cannot inspect weights as --file must be given: it is missing");
  }
  const report = await inspectWeights(path, {
    backboneName: flags.choice("backbone", BACKBONE_NAMES),
    stateKey: flags.text("state"),
  });
  printWeightsReport(report);
  if (flags.isOn("verify")) verifyWeights(report);
  const target = flags.text("to");
  if (target === undefined) return;
  if (report.fit) verifyWeights(report);
  const tensors = report.fit ? tensorsOf(report.fit) : report.tensors;
  const metadata = { source: basename(path), source_sha256: report.hash };
  await makeFolder(dirname(target));
  await writeFileAtomic(target, formatSafetensors(tensors, metadata));
  console.log(`${target}: ${tensors.length} tensors`);
});

function tensorsOf({ tensors, head, proxies }: FittedWeights): NamedTensor[] {
  return [...tensors, ...head, ...(proxies ? [proxies] : [])];
}
