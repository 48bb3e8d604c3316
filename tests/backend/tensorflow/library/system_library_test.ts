import { assertEquals, assertMatch } from "@std/assert";
import {
  hasKernelPath,
  readKernelText,
} from "../../../../lib/backend/tensorflow/library/system_library.ts";

const ignore = Deno.build.os !== "linux" ||
  Deno.permissions.querySync({ name: "ffi" }).state !== "granted";

Deno.test({
  name: "the kernel's files, which Deno's own functions refuse, are read and looked for",
  ignore,
  fn() {
    assertMatch(readKernelText("/proc/self/status")!, /^Name:[^]*\nPid:\t\d+\n/);
    assertEquals(hasKernelPath("/sys/devices/system/cpu"), true);
    assertEquals(hasKernelPath("/proc/self/status"), true);
  },
});

Deno.test({
  name: "a file of several parts is read whole",
  ignore,
  async fn() {
    const path = await Deno.makeTempFile();
    try {
      const text = "é".repeat(20_000); // an odd place ends the first part
      await Deno.writeTextFile(path, `a${text}`);
      assertEquals(readKernelText(path), `a${text}`);
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test({
  name: "what is not there, or is a folder, has no text",
  ignore,
  fn() {
    assertEquals(readKernelText("/proc/none"), null);
    assertEquals(hasKernelPath("/sys/none"), false);
    assertEquals(readKernelText("/sys/devices/system/cpu"), null);
  },
});
