import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { declareShared } from "../../../lib/backend/wasm/declare_shared.ts";
import { KernelThreads } from "../../../lib/backend/wasm/kernel_threads.ts";
import { createJobMemory } from "../../../lib/backend/wasm/shared_job.ts";
import { findHelper } from "../../../lib/backend/wasm/start_helper.ts";
import { needs } from "../../support/permissions.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

/** Our module, compiled for memory that is shared. */
async function openKernels() {
  const url = new URL("../../../lib/backend/wasm/kernels.wasm", import.meta.url);
  const module = await WebAssembly.compile(declareShared(await Deno.readFile(url))!);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  return { module, memory };
}

Deno.test({
  name: "one thread goes on where a helper cannot load, and says so once",
  ignore: needs("read"),
  async fn() {
    const { module, memory } = await openKernels();
    const calls: number[] = [];
    const reasons: string[] = [];
    const kernels = { first: (value: number) => calls.push(value) };
    const threads = new KernelThreads(
      kernels as unknown as WebAssembly.Exports,
      module,
      memory,
      (_, onFailure) => onFailure("it is not there"),
      (reason) => reasons.push(reason),
    );
    threads.threadCount = 3;
    const task = (value: number) =>
      [["first", value]] as unknown as Parameters<
        typeof threads.run
      >[0][number];
    threads.run([task(1), task(2)]);
    assertEquals([threads.threadCount, threads.canShare], [1, false]);
    threads.run([task(3), task(4)]);
    assertEquals(calls, [2, 1, 3, 4]);
    assertEquals(reasons, ["it is not there"]);
  },
});

testInFolder("a helper whose file cannot be run tells why", async (folder) => {
  const path = `${folder}/helper.ts`;
  await Deno.writeTextFile(path, 'throw new Error("cannot be run\\nat all");');
  const start = await findHelper(toFileUrl(path));
  const { module, memory } = await openKernels();
  const data = { module, memory, job: createJobMemory() };
  const isAwaited = setInterval(() => {}, 1000); // a helper keeps no process alive
  const reason = await new Promise<string>((resolve) => start!(data, resolve));
  clearInterval(isAwaited);
  assertEquals(reason, "cannot be run");
});
