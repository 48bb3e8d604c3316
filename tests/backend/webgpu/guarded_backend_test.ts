import { assertEquals, assertMatch } from "@std/assert";
import {
  describeAdapter,
  isSoftwareAdapter,
  requestAdapter,
} from "../../../lib/backend/webgpu/adapter.ts";
import { needs } from "../../support/permissions.ts";
import { runInWorker } from "./in_worker.ts";

const [adapter, reason] = await requestAdapter(false).then(
  (adapter) => [adapter, ""] as const,
  (error: Error) => [null, ` (skipped: ${error.message})`] as const,
);

function testOnWebgpu(sentence: string, fn: () => Promise<void>, isPossible = true): void {
  const ignore = adapter === null || !isPossible || needs("read", "env");
  Deno.test({ name: sentence + reason, ignore, fn });
}

testOnWebgpu("backend webgpu computes in a Web Worker", async () => {
  assertEquals(await runInWorker("compute"), { errorName: "", message: "", values: [9, 9] });
});

testOnWebgpu("a lost device is one line that says how to go on", async () => {
  const { errorName, message } = await runInWorker("lose the device");
  assertEquals(errorName, "InputError");
  assertMatch(
    message,
    /^Cannot go on as the GPU must stay available: it was lost \(.+\); run the same command again, it goes on from the last checkpoint$/,
  );
});

testOnWebgpu(
  "a tensor over the device's binding limit is refused before it is allocated",
  async () => {
    const { errorName, message } = await runInWorker("exceed the binding limit");
    assertEquals(errorName, "InputError");
    assertMatch(
      message,
      /^Cannot allocate tensor \[\d+\] as this GPU binds at most .+ MiB: it is /,
    );
  },
);

testOnWebgpu("what the device reports beside the program fails the next read", async () => {
  const { errorName, message } = await runInWorker("fail beside the program");
  assertEquals(errorName, "InputError");
  assertMatch(message, /^Cannot go on as the GPU must (carry out every operation|have memory)/);
});

const isSoftware = adapter !== null && isSoftwareAdapter(adapter.info);
testOnWebgpu("a software driver is refused where a GPU is required", async () => {
  assertEquals(await runInWorker("require a GPU"), {
    errorName: "InputError",
    message: "Cannot open backend webgpu on a GPU as there must be one: there is only the " +
      `software driver ${describeAdapter(adapter!.info)}, which --backend webgpu uses`,
    values: [],
  });
}, isSoftware);
