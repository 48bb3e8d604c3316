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
  "checkAccess() leaves a link that leads nowhere where it is, and says so",
  async (folder) => {
    const [link, target] = [join(folder, "results"), join(folder, "disk", "results")];
    await Deno.symlink(target, link);
    for (const path of [link, join(link, "deeper", "still")]) {
      const error = await assertRejects(() => checkAccess([{ path, use: "write" }]), InputError);
      assertEquals(
        error.message,
        `${link}: Cannot write in folder as a link must lead to one: it leads to ${target}, which does not exist; ` +
          "make that folder, or mount its disk",
      );
      assertEquals(await listNames(folder), ["results"]);
    }
    await Deno.mkdir(target, { recursive: true });
    await checkAccess([{ path: join(link, "deeper"), use: "write" }]);
    assertEquals(await listNames(target), []);
  },
);

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
