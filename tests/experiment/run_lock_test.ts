import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readLockHolder, tryLock, withRunLock } from "../../lib/experiment/run_lock.ts";
import { testInFolder } from "../support/temporary_folder.ts";

const OPTIONS = { onWait: () => {}, isRequired: true };

testInFolder("who works on a run is told while it lasts, and nobody afterwards", async (folder) => {
  assertEquals(await readLockHolder(folder), null);
  await withRunLock(folder, OPTIONS, async () => {
    const holder = await readLockHolder(folder);
    assertEquals(holder?.startsWith(`process ${Deno.pid} on `), true, String(holder));
  });
  assertEquals(await readLockHolder(folder), null);
});

testInFolder("what a killed process left is nobody's", async (folder) => {
  await Deno.writeTextFile(
    join(folder, "run.lock"),
    "process 1 on another machine since yesterday",
  );
  assertEquals(await readLockHolder(folder), null);
});

Deno.test("a file system without locks is told from a lock that is held", async () => {
  const fail = (error: Error) => ({ tryLock: () => Promise.reject(error) });
  const unsupported = [
    new Error("No locks available (os error 37)"),
    new Error("Function not implemented (os error 38)"),
    new Deno.errors.NotSupported("Operation not supported (os error 95)"),
  ];
  for (const error of unsupported) assertEquals(await tryLock(fail(error), "x"), "unsupported");
  assertEquals(await tryLock({ tryLock: () => Promise.resolve(false) }, "x"), "held");
  assertEquals(await tryLock({ tryLock: () => Promise.resolve(true) }, "x"), "ours");
});
