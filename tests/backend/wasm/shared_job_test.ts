import { assertEquals, assertThrows } from "@std/assert";
import { declareShared } from "../../../lib/backend/wasm/declare_shared.ts";
import { KernelThreads } from "../../../lib/backend/wasm/kernel_threads.ts";
import { createJobMemory, SharedJob } from "../../../lib/backend/wasm/shared_job.ts";
import { findHelper } from "../../../lib/backend/wasm/start_helper.ts";
import { needs } from "../../support/permissions.ts";

// A helper that works while the owner is within a task: both on this thread, so that the order is known.

Deno.test("a job's tasks are run once each, by whoever comes; calls of a task keep their order", () => {
  const memory = createJobMemory();
  const log: string[] = [];
  const helper = new SharedJob(memory, [(...args) => log.push(`helper ${args}`)]);
  const owner = new SharedJob(memory, [(...args) => {
    log.push(`owner ${args}`);
    if (args[0] === 3) helper.help(0);
  }]);
  owner.addHelper();
  owner.run([[[0, 1, 10]], [[0, 2, 20], [0, 2, 21]], [[0, 3]], [[0, 4, true]]], 1);
  assertEquals(log, ["owner 4,1", "owner 3", "helper 2,20", "helper 2,21", "helper 1,10"]);
  assertEquals(owner.helperCount, 0);
});

Deno.test("a helper that comes after a job finds nothing to do, and the next job is whole", () => {
  const memory = createJobMemory();
  const log: number[] = [];
  const job = new SharedJob(memory, [(value) => log.push(value!)]);
  job.run([[[0, 1]], [[0, 2]]], 1);
  job.help(0);
  job.run([[[0, 3]], [[0, 4]], [[0, 5]]], 1);
  assertEquals(log, [2, 1, 5, 4, 3]);
});

Deno.test("a job ends with an error if a helper's task fails", () => {
  const memory = createJobMemory();
  const helper = new SharedJob(memory, [() => {
    throw new RangeError("out of bounds");
  }]);
  const owner = new SharedJob(memory, [() => {
    assertThrows(() => helper.help(0), RangeError, "out of bounds");
  }]);
  assertThrows(
    () => owner.run([[[0]], [[0]]], 1),
    Error,
    "Cannot go on as every thread of backend wasm must end its task: one fails",
  );
});

Deno.test({
  name: "a helper on another thread takes tasks in the memory that is shared",
  ignore: needs("read"),
  fn: async () => {
    const url = new URL("../../../lib/backend/wasm/kernels.wasm", import.meta.url);
    const module = await WebAssembly.compile(declareShared(await Deno.readFile(url))!);
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const bytes = new Uint8Array(memory.buffer).fill(7);
    // On this thread the functions take their time and do nothing: what becomes zero, a helper did.
    const word = new Int32Array(new SharedArrayBuffer(4));
    const idle = Object.keys(exports).map((name) => [name, () => Atomics.wait(word, 0, 0, 20)]);
    const threads = new KernelThreads(
      ...[Object.fromEntries(idle), module, memory, await findHelper()] as const,
      (reason) => assertEquals(reason, ""),
    );
    threads.threadCount = 2;
    const deadline = performance.now() + 60_000;
    while (bytes[100] === 7 && performance.now() < deadline) {
      threads.run([[["fillZeros", 100, 1]], [["fillZeros", 100, 1]], [["fillZeros", 100, 1]]]);
    }
    assertEquals([...bytes.subarray(99, 102)], [7, 0, 7]);
  },
});
