import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { checkIdentity, identifyRun, type RunIdentity } from "../../lib/train/run_identity.ts";

const GPU_RUN = identifyRun({
  name: "tensorflow",
  version: "2.21.0",
  device: "NVIDIA H100",
  deviceKind: "gpu",
  threads: 8,
  precision: "tf32",
  isDeterministic: true,
}, { isEager: false, microBatchSize: null, dataHash: "d1", codeHash: "c1" });
const AT = { runFolder: "runs/a", epoch: 4 };

Deno.test("a run goes on where nothing of its identity differs", () => {
  assertEquals(GPU_RUN, {
    backend: "tensorflow",
    deviceKind: "gpu",
    precision: "tf32",
    isDeterministic: true,
    backendVersion: "2.21.0",
    threads: 8,
    isEager: false,
    microBatchSize: null,
    dataHash: "d1",
    codeHash: "c1",
  });
  checkIdentity(GPU_RUN, { ...GPU_RUN }, AT);
});

Deno.test("a run on wasm goes on with any number of threads, one on another backend does not", () => {
  const run: RunIdentity = { ...GPU_RUN, backend: "wasm", deviceKind: "cpu", threads: 1 };
  checkIdentity(run, { ...run, threads: 16 }, AT);
  assertThrows(
    () => checkIdentity(run, { ...run, backend: "tensorflow", threads: 16 }, AT),
    InputError,
    "as the backend must be wasm: it is tensorflow; pass --backend wasm, or remove",
  );
});

Deno.test("each field that differs is told, with what to do", () => {
  const cases: [Partial<RunIdentity>, string][] = [
    [
      { backend: "wasm" },
      "the backend must be tensorflow: it is wasm; pass --backend tensorflow, or remove",
    ],
    [{ deviceKind: "cpu" }, "the kind of device must be gpu: it is cpu; remove"],
    [
      { precision: "float32" },
      "the precision must be tf32: it is float32; pass --precision tf32, or remove",
    ],
    [
      { isDeterministic: false },
      "determinism must be on: it is off; leave out --nondeterministic, or remove",
    ],
    [
      { backendVersion: "2.20.0" },
      "the backend's version must be 2.21.0: it is 2.20.0; remove",
    ],
    [{ threads: 2 }, "the number of threads must be 8: it is 2; pass --threads 8, or remove"],
    [{ isEager: true }, "eager execution must be off: it is on; leave out --eager, or remove"],
    [
      { microBatchSize: 4 },
      "the micro-batch must be none: it is 4; leave out --micro-batch, or remove",
    ],
    [
      { dataHash: "d2" },
      "the data's SHA-256 must be d1: it is d2; put the images back that the run began with, or remove",
    ],
    [
      { codeHash: "c2" },
      "the code's SHA-256 must be c1: it is c2; check out the code that the run began with, or remove",
    ],
    [
      { deviceKind: "cpu", precision: "float32" },
      "the kind of device must be gpu: it is cpu, and the precision must be tf32: it is float32; " +
      "pass --precision tf32, or remove",
    ],
  ];
  for (const [change, rule] of cases) {
    assertThrows(
      () => checkIdentity(GPU_RUN, { ...GPU_RUN, ...change }, AT),
      InputError,
      `runs/a: Cannot resume after epoch 4 as ${rule} the folder to start again`,
    );
  }
});
