import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { downloadWithPip, findPip, type RunProgram } from "../../lib/setup/pip.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { withFolder } from "../file/made_up_files.ts";

const ignore = needs("read", "write");

function fake(
  answer: (args: readonly string[]) => string | null,
  calls: string[] = [],
): RunProgram {
  return async (program, args) => {
    calls.push([program, ...args].join(" "));
    const stderr = await answer([program, ...args]);
    return { isOk: stderr === null, stdout: "", stderr: stderr ?? "" };
  };
}

Deno.test("findPip() takes the first Python that has pip", async () => {
  assertEquals(await findPip(fake(([program]) => program === "python" ? null : "no")), "python");
  assertEquals(await findPip(fake(() => "no")), null);
});

Deno.test({
  name: "downloadWithPip() asks for another Python's wheel where the machine's has none",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const calls: string[] = [];
      const run = fake((args) => {
        if (!args.includes("3.12")) return "ERROR: No matching distribution found";
        Deno.writeTextFileSync(join(folder, "tensorflow_cpu-2.21.0-cp312-x.whl"), "");
        return null;
      }, calls);
      const path = await downloadWithPip("python3", "tensorflow-cpu", folder, run);
      assertEquals(path, join(folder, "tensorflow_cpu-2.21.0-cp312-x.whl"));
      assertEquals(
        calls[1],
        `python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 -d ${folder} tensorflow-cpu`,
      );
    }),
});

Deno.test({
  name: "downloadWithPip() gives pip's last line",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const run = fake(() => "WARNING: retrying\nERROR: No matching distribution found\n");
      const error = await assertRejects(
        () => downloadWithPip("python3", "tensorflow-cpu", folder, run),
        InputError,
      );
      assertEquals(
        error.message,
        "Cannot fetch tensorflow-cpu as pip must find it: ERROR: No matching distribution found",
      );
    }),
});
