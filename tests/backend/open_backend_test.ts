import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openBackend } from "../../lib/backend/open_backend.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { computeGradients } from "./some_gradients.ts";

// Tests of a file share one process and wasm stays open: the refusal comes first.
Deno.test({
  name: "openBackend() without permission to read names wasm's file and the flag",
  permissions: { read: false },
  fn: async () => {
    const error = await assertRejects(() => openBackend("wasm"), InputError);
    const rule =
      "tfjs-backend-wasm-simd.wasm must be readable: it is not; allow it with --allow-read";
    assert(error.message.startsWith("Cannot open backend wasm as /"), error.message);
    assert(error.message.endsWith(rule), error.message);
    assert(!error.message.includes("\n"), error.message);
  },
});

Deno.test("openBackend('cpu') makes cpu the current backend", async () => {
  const { backend, skipped } = await openBackend("cpu");
  assertEquals(tf.getBackend(), "cpu");
  assertEquals(backend, {
    name: "cpu",
    version: tf.version.tfjs,
    device: `${Deno.build.arch} ${Deno.build.os}`,
    deviceKind: "cpu",
    threads: 1,
    precision: "float32",
    isDeterministic: true,
  });
  assertEquals(skipped, []);
});

Deno.test("openBackend() refuses TF32 and bfloat16 where there is none", async () => {
  const devices = { tf32: "GPU", bfloat16: "CPU" } as const;
  for (const precision of ["tf32", "bfloat16"] as const) {
    for (const name of ["cpu", "wasm", "webgpu"] as const) {
      const error = await assertRejects(() => openBackend(name, { precision }), InputError);
      assertEquals(
        error.message,
        `Cannot open backend ${name} with precision ${precision} as only tensorflow on a ${
          devices[precision]
        } has it: pass --precision float32`,
      );
    }
  }
});

Deno.test({
  name:
    "openBackend('auto') opens something, and gives one line for each backend that it passed over",
  ignore: needs("read"),
  fn: async () => {
    const { backend, skipped } = await openBackend("auto");
    assertEquals(tf.getBackend(), backend.name);
    for (const { name, reason } of skipped) {
      assert(name !== backend.name);
      assert(reason.length > 0 && !reason.includes("\n"), reason);
    }
  },
});

Deno.test({
  name: "openBackend('wasm') works in a Web Worker and gives the same bits there",
  ignore: needs("read"),
  fn: async () => {
    const worker = new Worker(new URL("./wasm_worker.ts", import.meta.url), { type: "module" });
    const message = await new Promise<Record<string, unknown>>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.terminate();
    await openBackend("wasm");
    assertEquals(message, { backend: "wasm", gradients: computeGradients() });
  },
});

Deno.test({
  name: "openBackend('wasm') twice, with cpu between, keeps tensors and kernels",
  ignore: needs("read"),
  fn: async () => {
    await openBackend("wasm");
    const first = computeGradients();
    await openBackend("cpu");
    await openBackend("wasm");
    assertEquals(computeGradients(), first);
  },
});
