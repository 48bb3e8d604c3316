import { assertEquals } from "@std/assert";
import type { DoctorReport } from "../../lib/doctor/examine.ts";
import { formatReport } from "../../lib/doctor/format_report.ts";

const WASM = {
  name: "wasm",
  version: "4.22.0",
  device: "x86_64 linux, SIMD",
  deviceKind: "cpu",
  threads: 1,
  precision: "float32",
  isDeterministic: true,
} as const;

const REPORT: DoctorReport = {
  machine: {
    denoVersion: "2.9.6",
    platform: "x86_64 linux",
    coreCount: 2,
    memoryBytes: 8 * 2 ** 30,
    freeMemoryBytes: 3.5 * 2 ** 30,
    bfloat16: "AMX",
  },
  backends: [
    { name: "tensorflow", isAvailable: false, reason: "Cannot open backend tensorflow as ..." },
    {
      name: "webgpu",
      isAvailable: true,
      backend: { ...WASM, name: "webgpu", device: "llvmpipe", deviceKind: "gpu" },
      speed: { convolutionGflops: 0.71, matMulGflops: 12.6 },
      memoryBytes: null,
      largestTensorBytes: 128 * 2 ** 20,
      whyOnCpu: "there is no driver",
      openSeconds: 0.2,
    },
    {
      name: "wasm",
      isAvailable: true,
      backend: WASM,
      speed: { convolutionGflops: 13.8, matMulGflops: 9.96 },
      memoryBytes: 4 * 2 ** 30,
      largestTensorBytes: null,
      whyOnCpu: null,
      openSeconds: 0.1,
    },
  ],
  choice: {
    backend: WASM,
    skipped: [{ name: "webgpu", reason: "there is only a software driver" }],
  },
  librarySteps: [
    { place: "cache", path: "/cache", hasLibrary: false, explanation: "it does not exist" },
    { place: "system", path: null, hasLibrary: false, explanation: "no place to look at" },
  ],
  sharp: { isAvailable: true, version: "0.35.5", vipsVersion: "8.18.7", formats: ["jpeg", "png"] },
  datasets: [
    {
      name: "cub200",
      profile: "mini",
      folder: "data/mini/CUB200",
      state: "converted",
      counts: {
        train: { imageCount: 288, classCount: 24 },
        test: { imageCount: 192, classCount: 16 },
      },
      problem: null,
    },
    {
      name: "sop",
      profile: "paper",
      folder: "data/SOP",
      state: "damaged",
      counts: {},
      problem: "data/SOP/manifest.csv:2: Cannot parse row",
    },
  ],
  weights: [],
  next: [{ command: "deno task reproduce-all", reason: "everything" }],
};

const TEXT = `Machine
  Deno 2.9.6 on x86_64 linux, 2 cores, 3.5 GiB of 8.0 GiB memory free
  --precision bfloat16 on backend tensorflow is faster here, where it opens: the processor has AMX

Backends, in the order of --backend auto; GFLOP/s measured just now
     backend     version  threads  conv  matmul  memory              device
  -  tensorflow  not available
  +  webgpu      4.22.0   1        0.7   13      128.0 MiB a tensor  llvmpipe
  +  wasm        4.22.0   1        14    10.0    4.0 GiB             x86_64 linux, SIMD
  - Cannot open backend tensorflow as ...
  - webgpu computes on the CPU, as there is no driver
  --backend auto takes wasm
    not webgpu: there is only a software driver

Search for libtensorflow
  -  cache   /cache: it does not exist
  -  system  no place to look at

Images
  sharp 0.35.5, libvips 8.18.7: jpeg, png

Datasets (images of classes)
  mini   cub200  data/mini/CUB200  converted  train 288 of 24, test 192 of 16
  paper  sop     data/SOP          damaged    data/SOP/manifest.csv:2: Cannot parse row

Pretrained weights
  none; \`deno task fetch --weights all --dry-run\` lists the published files

Next
  deno task reproduce-all  # everything`;

Deno.test("formatReport() shows every part, what is missing with its reason", () => {
  assertEquals(formatReport(REPORT), TEXT);
});

Deno.test("formatReport() says why nothing can be opened or decoded", () => {
  const text = formatReport({
    ...REPORT,
    choice: { reason: "Cannot open a backend" },
    sharp: { isAvailable: false, reason: "no binary for this machine" },
    weights: [{ path: "data/weights/a.pth", sizeBytes: 2 ** 20, backbone: null }],
  });
  for (
    const line of [
      "  --backend auto takes none: Cannot open a backend",
      "  sharp does not load: no binary for this machine",
      "  data/weights/a.pth  1.0 MiB  no published file; `deno task weights` looks inside",
    ]
  ) {
    assertEquals(text.split("\n").filter((other) => other === line).length, 1, line);
  }
});
