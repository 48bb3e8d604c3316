/** What is found out about NVIDIA's driver and CUDA's libraries, on machines that have neither. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  type CudaDriver,
  type DriverSymbols,
  readCudaDriver,
} from "../../../../lib/backend/tensorflow/library/cuda_driver.ts";
import {
  cudaLibraryNames,
  listCudaLibraries,
  openCudaLibraries,
  tryToOpen,
} from "../../../../lib/backend/tensorflow/library/cuda_libraries.ts";
import {
  explainNoGpu,
  type GpuConditions,
  readGpuConditions,
} from "../../../../lib/backend/tensorflow/library/explain_no_gpu.ts";
import { needs } from "../../../support/permissions.ts";
import { withFolder } from "../../../file/made_up_files.ts";
import { testWithLibrary } from "../with_library.ts";

/** A driver of one GPU, or one that does not start. */
function pretendDriver(initCode: number): DriverSymbols {
  return {
    cuInit: () => initCode,
    cuDeviceGetCount: (count: Int32Array) => (count[0] = 1, 0),
    cuDeviceGet: (device: Int32Array, index: number) => (device[0] = index + 7, 0),
    cuDeviceGetName(name: Uint8Array, size: number, device: number) {
      assertEquals([size, device], [name.length, 7]);
      name.set(new TextEncoder().encode("NVIDIA H100 80GB HBM3\0"));
      return 0;
    },
    cuDeviceTotalMem_v2: (bytes: BigUint64Array) => (bytes[0] = 85_000_000_000n, 0),
  } as unknown as DriverSymbols;
}

Deno.test("readCudaDriver() tells name and memory of each GPU", () => {
  assertEquals(readCudaDriver(() => pretendDriver(0)), {
    isPresent: true,
    devices: [{ name: "NVIDIA H100 80GB HBM3", memoryBytes: 85_000_000_000 }],
  });
});

Deno.test("readCudaDriver() says why there is no driver, or what is wrong with it", () => {
  const absent = readCudaDriver(() => {
    throw new Error(
      "Could not open library: Could not open library: libcuda.so.1: cannot open shared object file\nmore",
    );
  });
  assertEquals(absent, {
    isPresent: false,
    reason: "NVIDIA's driver does not open: libcuda.so.1: cannot open shared object file",
  });
  assertEquals(readCudaDriver(() => pretendDriver(100)), {
    isPresent: false,
    reason: "NVIDIA's driver gives error 100 (no device)",
  });
});

Deno.test({
  name: "listCudaLibraries() finds nvidia/*/lib beside tensorflow, and leaves the other BLAS out",
  ignore: needs("read", "write"),
  fn: () =>
    withFolder(async (folder) => {
      const files = [
        ["cublas", "lib", "libcublas.so.12"],
        ["cublas", "lib", "libnvblas.so.12"],
        ["cublas", "include", "cublas.h"],
        ["cudnn", "lib", "libcudnn.so.9"],
        ["cudnn", "lib", "libcudnn.a"],
        ["nvshmem", "lib", "nvshmem_bootstrap_mpi.so.3"], // opened by its own library
      ].map((parts) => join(folder, "nvidia", ...parts));
      for (const path of files) {
        await Deno.mkdir(join(path, ".."), { recursive: true });
        await Deno.writeTextFile(path, "");
      }
      const library = join(folder, "tensorflow", "libtensorflow_cc.so.2");
      assertEquals(listCudaLibraries(library), [files[0], files[3]]);
      assertEquals(listCudaLibraries(join(folder, "elsewhere", "a", "lib.so")), []);
    }),
});

Deno.test("openCudaLibraries() opens a library after those that it needs, and tells what stays closed", () => {
  const needed = new Map([["solver", "blas"], ["blas", "light"], ["light", ""], [
    "lone",
    "absent",
  ]]);
  const opened: string[] = [];
  const failed = openCudaLibraries([...needed.keys()], (path) => {
    const other = needed.get(path)!;
    if (other !== "" && !opened.includes(other)) {
      throw new Error(`Could not open library: ${other}: no such file\nmore`);
    }
    opened.push(path);
  });
  assertEquals(opened, ["light", "blas", "solver"]);
  assertEquals(failed, [{ path: "lone", reason: "absent: no such file" }]);
  assertEquals(openCudaLibraries([]), []);
});

Deno.test("cudaLibraryNames() knows the CUDA of each release", () => {
  assertEquals(cudaLibraryNames("2.14.1")[0], "libcudart.so.11.0");
  assertEquals(cudaLibraryNames("2.17.0").at(-1), "libcudnn.so.8");
  assertEquals(cudaLibraryNames("2.21.0").at(-1), "libcudnn.so.9");
});

const DRIVER: CudaDriver = { isPresent: true, devices: [{ name: "A", memoryBytes: 1 }] };
const MISSING = [
  { name: "libcudnn.so.9", reason: "libcudnn.so.9: cannot open shared object file" },
  { name: "libcufft.so.11", reason: "no" },
];

for (
  const [sentence, conditions, reason] of [
    [
      "a build without CUDA",
      { isCudaBuild: false, driver: DRIVER, missing: [] },
      "this TensorFlow is built without CUDA; `deno task setup --gpu` fetches one with it, for Linux on x86_64",
    ],
    [
      "no driver",
      {
        isCudaBuild: true,
        driver: { isPresent: false, reason: "NVIDIA's driver is away" },
        missing: MISSING,
      },
      "NVIDIA's driver is away",
    ],
    [
      "a driver without a GPU",
      { isCudaBuild: true, driver: { isPresent: true, devices: [] }, missing: [] },
      "NVIDIA's driver sees no GPU",
    ],
    [
      "libraries that are missing",
      { isCudaBuild: null, driver: DRIVER, missing: MISSING },
      "it opens libcudnn.so.9, libcufft.so.11 and does not find them (libcudnn.so.9: cannot open shared object " +
      "file); `deno task setup --gpu` fetches CUDA's libraries",
    ],
    [
      "anything else",
      { isCudaBuild: true, driver: DRIVER, missing: [] },
      "its own notes tell more, with TF_CPP_MIN_LOG_LEVEL=0 in the environment",
    ],
  ] as const satisfies readonly (readonly [string, GpuConditions, string])[]
) {
  Deno.test(`explainNoGpu() names ${sentence}`, () => {
    assertEquals(explainNoGpu(conditions), reason);
  });
}

testWithLibrary("readGpuConditions() knows whether a TensorFlow was built for CUDA", (files) => {
  const { isCudaBuild, missing } = readGpuConditions(files, "2.21.0");
  assertEquals(typeof isCudaBuild, "boolean");
  if (!isCudaBuild) assertEquals(missing, []);
});

testWithLibrary("an open library is found by its name, and one that is nowhere is not", (files) => {
  if (Deno.build.os !== "linux") return;
  const open = (name: string) => void Deno.dlopen(name, {});
  assertEquals(tryToOpen("libtensorflow_framework.so.2", open), null); // with_library.ts opened it by its path
  assertEquals(files.frameworkPath!.endsWith("libtensorflow_framework.so.2"), true);
  const reason = "libno_such.so.9: cannot open shared object file: No such file or directory";
  assertEquals(tryToOpen("libno_such.so.9", open), reason);
});
