import { assertEquals } from "@std/assert";
import { shareCores } from "../../lib/experiment/share_cores.ts";

const TENSORFLOW = { name: "tensorflow", deviceKind: "cpu" } as const;
const WASM = { name: "wasm", deviceKind: "cpu" } as const;
const MINI = ["resnet_mini", "resnet_mini", "resnet_mini"];

for (
  const [sentence, demand, expected] of [
    ["small runs on TensorFlow take a core each", { backend: TENSORFLOW, backbones: MINI }, {
      jobCount: 8,
      threads: 1,
    }],
    ["threads that the user asks for divide the cores", {
      backend: TENSORFLOW,
      backbones: MINI,
      threads: 3,
    }, { jobCount: 2, threads: 3 }],
    ["more threads than cores still leave one run", {
      backend: TENSORFLOW,
      backbones: MINI,
      threads: 12,
    }, { jobCount: 1, threads: 12 }],
    ["a single small run has all cores", { backend: TENSORFLOW, backbones: ["resnet_mini"] }, {
      jobCount: 1,
      threads: undefined,
    }],
    ["a run of a large network has all cores", {
      backend: TENSORFLOW,
      backbones: ["resnet_mini", "resnet50"],
    }, { jobCount: 1, threads: undefined }],
    ["a GPU has one run at a time", {
      backend: { name: "tensorflow", deviceKind: "gpu" },
      backbones: MINI,
    }, { jobCount: 1, threads: undefined }],
    ["many runs on wasm take a core each, of whatever size", {
      backend: WASM,
      backbones: Array(20).fill("resnet50"),
    }, { jobCount: 8, threads: 1 }],
    ["few runs on wasm share the cores as threads", { backend: WASM, backbones: MINI }, {
      jobCount: 3,
      threads: 2,
    }],
    ["a single run on wasm has all cores", { backend: WASM, backbones: ["resnet_mini"] }, {
      jobCount: 1,
      threads: 8,
    }],
    ["threads on wasm that the user asks for divide the cores", {
      backend: WASM,
      backbones: MINI,
      threads: 4,
    }, { jobCount: 2, threads: 4 }],
    ["runs at a time on wasm that the user asks for divide them too", {
      backend: WASM,
      backbones: MINI,
      jobCount: 2,
    }, { jobCount: 2, threads: 4 }],
    ["more runs on wasm than cores still have a thread each", {
      backend: WASM,
      backbones: Array(20).fill("resnet_mini"),
      jobCount: 12,
    }, { jobCount: 12, threads: 1 }],
    ["backend cpu has one thread, so it takes a run for each core", {
      backend: { name: "cpu", deviceKind: "cpu" },
      backbones: ["resnet50"],
    }, { jobCount: 8, threads: undefined }],
    ["runs at a time that the user asks for stay, and so do threads", {
      backend: TENSORFLOW,
      backbones: MINI,
      jobCount: 3,
    }, { jobCount: 3, threads: undefined }],
  ] as const
) {
  Deno.test(`shareCores(): ${sentence}`, () => {
    assertEquals(shareCores({ coreCount: 8, ...demand }), expected);
  });
}
