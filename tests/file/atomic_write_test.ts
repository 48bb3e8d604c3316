import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { explainWriteError, makeFolder, writeFileAtomic } from "../../lib/file/atomic_write.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

testInFolder("writeFileAtomic() writes text and bytes and leaves nothing else", async (folder) => {
  await writeFileAtomic(join(folder, "a.txt"), "Grün\n");
  await writeFileAtomic(join(folder, "b.bin"), new Uint8Array([0, 255, 7]));
  await writeFileAtomic(join(folder, "c.txt"), "");
  assertEquals(await Deno.readTextFile(join(folder, "a.txt")), "Grün\n");
  assertEquals(await Deno.readFile(join(folder, "b.bin")), new Uint8Array([0, 255, 7]));
  assertEquals(await listNames(folder), ["a.txt", "b.bin", "c.txt"]);
});

testInFolder(
  "writeFileAtomic() replaces: a reader sees old or new, never a part",
  async (folder) => {
    const path = join(folder, "a.txt");
    const contents = ["a", "b"].map((letter) => letter.repeat(2 ** 20));
    await writeFileAtomic(path, contents[0]!);
    let isWriting = true;
    const writing = (async () => {
      for (let i = 0; i < 20; i++) await writeFileAtomic(path, contents[i % 2]!);
      isWriting = false;
    })();
    while (isWriting) {
      const seen = await Deno.readTextFile(path);
      assertEquals(contents.includes(seen), true, `saw ${seen.length} characters`);
    }
    await writing;
  },
);

testInFolder("writeFileAtomic() keeps concurrent writes of one file apart", async (folder) => {
  const path = join(folder, "a.txt");
  const contents = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(1000));
  await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
  assertEquals(contents.includes(await Deno.readTextFile(path)), true);
  assertEquals(await listNames(folder), ["a.txt"]);
});

testInFolder("writeFileAtomic() names the file whose folder is missing", async (folder) => {
  const path = join(folder, "missing", "a.txt");
  const error = await assertRejects(() => writeFileAtomic(path, "x"), InputError);
  assertEquals(error.message, `${path}: Cannot write file as its folder must exist: it does not`);
});

testInFolder("writeFileAtomic() leaves nothing behind when the rename fails", async (folder) => {
  const path = join(folder, "taken");
  await Deno.mkdir(join(path, "inside"), { recursive: true });
  await assertRejects(() => writeFileAtomic(path, "x"), InputError, "must name a file");
  assertEquals(await listNames(folder), ["taken"]);
});

testInFolder(
  "makeFolder() makes all folders of a path, and says what is in the way",
  async (folder) => {
    await makeFolder(join(folder, "a", "b"));
    await makeFolder(join(folder, "a", "b"));
    assertEquals(await listNames(join(folder, "a")), ["b"]);
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "");
    const error = await assertRejects(() => makeFolder(path), InputError);
    assertEquals(
      error.message,
      `${path}: Cannot write file as its path must be free: another file is in the way`,
    );
  },
);

Deno.test({
  name:
    "writeFileAtomic() says so when the folder is read-only (skipped for root, who may write anywhere)",
  ignore: needs("read", "write", "sys") || Deno.uid() === 0,
  async fn() {
    const folder = await Deno.makeTempDir();
    await Deno.chmod(folder, 0o500);
    const path = join(folder, "a.txt");
    const error = await assertRejects(() => writeFileAtomic(path, "x"), InputError);
    assertEquals(
      error.message,
      `${path}: Cannot write file as its folder must be writable: it is not`,
    );
    assertEquals(await listNames(folder), []);
    await Deno.remove(folder);
  },
});

Deno.test({
  name: "explainWriteError() says so on a full disk",
  ignore: needs("run") || Deno.build.os !== "linux",
  async fn() {
    // Linux's device that is always full; a process with all permissions, as Deno asks for that below /dev.
    const program = `
      import { explainWriteError } from ${
      JSON.stringify(import.meta.resolve("../../lib/file/atomic_write.ts"))
    };
      const error = await Deno.writeFile("/dev/full", new Uint8Array(1)).catch((error) => error);
      console.log(explainWriteError(error, "results/full.csv").message);`;
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", program] })
      .output();
    assertEquals(
      new TextDecoder().decode(stdout),
      "results/full.csv: Cannot write file as the disk must have room for it: it is full\n",
    );
  },
});

Deno.test("explainWriteError() gives one line for each rule that a user can mend", () => {
  const cases: [Error, string][] = [
    [new Deno.errors.PermissionDenied("os error 13"), "its folder must be writable: it is not"],
    [
      Object.assign(new Error("Read-only file system (os error 30)"), { code: "EROFS" }),
      "its folder must be writable: it is on a read-only file system",
    ],
    [
      new Deno.errors.NotCapable("Requires write access"),
      "Deno must be permitted to: it is not",
    ],
  ];
  for (const [error, rule] of cases) {
    const explained = explainWriteError(error, "a.csv");
    assertEquals((explained as Error).message, `a.csv: Cannot write file as ${rule}`);
    assertEquals(explained instanceof InputError, true);
  }
  const bug = new TypeError("a bug");
  assertEquals(explainWriteError(bug, "a.csv"), bug);
});
