import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { checkAccess } from "../../tasks/command_line/check_access.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

testInFolder("checkAccess() leaves no folder behind where there was none", async (folder) => {
  await checkAccess([{ path: join(folder, "a", "b"), use: "write" }]);
  assertEquals(await listNames(folder), []);
});

testInFolder("checkAccess() removes what a killed process left of it", async (folder) => {
  await Deno.writeTextFile(join(folder, ".write-test"), "");
  await Promise.all([1, 2, 3].map(() => checkAccess([{ path: folder, use: "write" }])));
  assertEquals(await listNames(folder), []);
});

testInFolder(
  "checkAccess() refuses a results folder that is a file, in one line",
  async (folder) => {
    const path = join(folder, "results");
    await Deno.writeTextFile(path, "");
    await assertRejects(
      () => checkAccess([{ path, use: "write" }]),
      InputError,
      `${path}: Cannot write in folder as its path must`,
    );
  },
);
