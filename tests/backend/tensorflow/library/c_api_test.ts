import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  checkVersion,
  explainOpenError,
  openCApi,
} from "../../../../lib/backend/tensorflow/library/c_api.ts";
import {
  formatConfig,
  formatWithoutOptimizer,
  formatWithoutRemapping,
} from "../../../../lib/backend/tensorflow/library/config_proto.ts";
import { openTensorflow } from "../../../../lib/backend/tensorflow/open_tensorflow.ts";
import { explainFailure } from "../../../../lib/backend/tensorflow/library/status.ts";
import { InputError } from "../../../../lib/errors.ts";
import { needs } from "../../../support/permissions.ts";
import { withFolder, writeLibraries } from "../../../file/made_up_files.ts";

Deno.test("checkVersion() takes 2.9 and later", () => {
  for (const version of ["2.9.1", "2.21.0", "3.0.0-rc1"]) checkVersion(version, "lib");
  assertThrows(
    () => checkVersion("2.8.4", "/lib/libtensorflow.so.2"),
    InputError,
    "/lib/libtensorflow.so.2: Cannot use TensorFlow as its version must be at least 2.9: it is 2.8.4",
  );
});

Deno.test("explainOpenError() keeps the loader's reason in one line", () => {
  const error = new Error("Could not open library: /lib/a.so: libcudart.so.12: cannot open\nmore");
  assertEquals(
    explainOpenError(error, "/lib/a.so").message,
    "/lib/a.so: Cannot open library as the system must be able to load it: libcudart.so.12: cannot open",
  );
});

Deno.test({
  name: "openTensorflow() without permission for FFI names the flag",
  ignore: needs("read", "write", "env") || Deno.build.os !== "linux",
  permissions: { read: true, write: true, env: true, ffi: false },
  fn: () =>
    withFolder(async (folder) => {
      await writeLibraries(folder);
      const error = await assertRejects(
        () => openTensorflow({ tensorflowLibrary: folder }),
        InputError,
      );
      assertEquals(
        error.message,
        `${
          join(folder, "libtensorflow_framework.so.2")
        }: Cannot open library as Deno must be permitted to: it is not`,
      );
    }),
});

Deno.test({
  name: "openCApi() gives one line for a file that the system cannot load",
  ignore: needs("read", "write", "env", "ffi") || Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      await writeLibraries(folder);
      const libraryPath = join(folder, "libtensorflow_cc.so.2");
      const error = assertThrows(
        () => openCApi({ libraryPath, frameworkPath: null }),
        InputError,
        `${libraryPath}: Cannot open library as the system must be able to load it: `,
      );
      assertEquals((error as Error).message.includes("\n"), false);
    }),
});

Deno.test("explainFailure() gives the op's name and TensorFlow's message", () => {
  const message =
    "{{function_node __wrapped__MatMul_device_/job:localhost/device:CPU:0}} Matrix size-incompatible: In[0]: [2,3] [Op:MatMul] name: ";
  assertEquals(
    explainFailure("run TensorFlow op MatMul", 3, message).message,
    "Cannot run TensorFlow op MatMul: Matrix size-incompatible: In[0]: [2,3]",
  );
});

Deno.test("explainFailure() tells how to need less memory", () => {
  const error = explainFailure("run TensorFlow op Conv2D", 8, "OOM when allocating tensor\nmore");
  assertEquals(error instanceof InputError, true);
  assertEquals(
    error.message,
    "Cannot run TensorFlow op Conv2D as the device must have memory for it: OOM when allocating tensor; " +
      "pass a smaller --micro-batch, or lower --classes-per-batch, --images-per-class or --input-size",
  );
});

Deno.test("formatConfig() follows the wire format of protocol buffers", () => {
  // gpu_options { allow_growth: true } and, where given, both thread counts; from protoc --encode.
  assertEquals([...formatConfig({})], [0x32, 2, 0x20, 1]);
  assertEquals([...formatConfig({ threads: 300 })], [
    ...[0x10, 0xac, 0x02],
    ...[0x28, 0xac, 0x02],
    ...[0x32, 2, 0x20, 1],
  ]);
  // graph_options { rewrite_options { remapping: OFF } }
  assertEquals([...formatWithoutRemapping()], [0x52, 4, 0x52, 2, 0x70, 2]);
  assertEquals([...formatWithoutOptimizer()], [0x52, 5, 0x52, 3, 0x98, 1, 1]);
  assertThrows(
    () => formatConfig({ threads: 0 }),
    RangeError,
    "Cannot configure TensorFlow as threads must be a whole number of at least 1: it is 0",
  );
});
