import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { ByteSource } from "../../lib/file/byte_source.ts";
import { hashFile } from "../../lib/file/hash.ts";
import { readBytes, readTextIfThere } from "../../lib/file/read_file.ts";
import { testInFolder } from "../support/temporary_folder.ts";

testInFolder("the same line says what cannot be read, whoever reads", async (folder) => {
  const file = join(folder, "file");
  await Deno.writeTextFile(file, "x");
  const loop = join(folder, "loop");
  await Deno.symlink(loop, loop);
  const cases: readonly (readonly [path: string, rule: string])[] = [
    [join(folder, "none"), "the file must exist: it does not"],
    [
      join(folder, "b\ufffdd"),
      "the file must exist: it does not under this name, whose bytes are no UTF-8; rename it",
    ],
    [folder, "it must be a file: it is a folder"],
    [join(file, "below"), "its path must lead through folders: it does not"],
    [join(folder, "x".repeat(300)), "its name must be short enough for the file system: it is not"],
    [loop, "its links must lead to a file: they lead in a circle"],
    ...(Deno.build.os === "windows"
      ? []
      : [["/dev/zero", "it must be a file: it is a pipe or a device"] as const]),
  ];
  for (const [path, rule] of cases) {
    const expected = `${path}: Cannot read weights as ${rule}`;
    const errors = [
      await assertRejects(() => readBytes(path, "read weights"), InputError),
      await assertRejects(() => hashFile(path, "read weights"), InputError),
      assertThrows(() => ByteSource.open(path, "read weights"), InputError),
    ];
    assertEquals(errors.map(({ message }) => message), [expected, expected, expected]);
  }
});

testInFolder("a pipe is refused at once and never waited for", async (folder) => {
  const pipe = join(folder, "pipe");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const { message } = await assertRejects(() => readBytes(pipe, "read weights"), InputError);
  assertEquals(
    message,
    `${pipe}: Cannot read weights as it must be a file: it is a pipe or a device`,
  );
}, ["run"]);

testInFolder(
  "a missing file is null where it may be missing, a link to nowhere is an error",
  async (folder) => {
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    await Deno.writeFile(file, Uint8Array.of(0xef, 0xbb, 0xbf, 0x61));
    await Deno.symlink(join(folder, "gone"), link);
    assertEquals(await readTextIfThere(join(folder, "none"), "read CSV"), null);
    assertEquals(await readTextIfThere(file, "read CSV"), "a");
    const { message } = await assertRejects(() => readTextIfThere(link, "read CSV"), InputError);
    assertEquals(
      message,
      `${link}: Cannot read CSV as the file must exist: it is a link to ${
        join(folder, "gone")
      }, which does not`,
    );
  },
);
