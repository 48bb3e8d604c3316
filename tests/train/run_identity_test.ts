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
});
const AT = { runFolder: "runs/a", epoch: 4 };

Deno.test("a run goes on where nothing of its identity differs", () => {
  assertEquals(GPU_RUN, {
    backend: "tensorflow",
    deviceKind: "gpu",
    precision: "tf32",
    isDeterministic: true,
  });
  checkIdentity(GPU_RUN, { ...GPU_RUN }, AT);
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
