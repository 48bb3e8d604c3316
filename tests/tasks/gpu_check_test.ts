import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { readCudaDriver } from "../../lib/backend/tensorflow/library/cuda_driver.ts";
import { testWithLibrary } from "../backend/tensorflow/with_library.ts";
import { needs } from "../support/permissions.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

testWithLibrary("gpu-check without a GPU says why there is none, and exits with 1", async () => {
  if (needs("run") || readCudaDriver().isPresent) return;
  const permissions = ["--allow-read", "--allow-env", "--allow-ffi", "--allow-sys"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...permissions, "tasks/gpu_check.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [1, ""]);
  assertMatch(
    new TextDecoder().decode(stderr),
    /^Cannot open backend tensorflow on a GPU as TensorFlow must see one: it sees CPU, as [^\n]+\n$/,
  );
});
