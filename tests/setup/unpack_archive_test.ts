import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { zipSync } from "fflate";
import { InputError } from "../../lib/errors.ts";
import { unpackArchive } from "../../lib/setup/unpack_archive.ts";
import { formatTarGz } from "../file/made_up_files.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

const text = (content: string) => new TextEncoder().encode(content);

testInFolder("unpackArchive() shows nothing of an archive that is cut off", async (folder) => {
  const files = {
    "img/a.jpg": text("a"),
    "img/b.jpg": crypto.getRandomValues(new Uint8Array(9000)),
  };
  const bytes = await formatTarGz(files);
  const path = join(folder, "x.tgz");
  await Deno.writeFile(path, bytes.subarray(0, bytes.length - 3000));
  await assertRejects(() => unpackArchive(path, join(folder, "img")), InputError, "whole .tar.gz");
  assertEquals(await listNames(folder), ["x.tgz"]);
});

testInFolder("unpackArchive() begins again after it was killed", async (folder) => {
  await Deno.mkdir(join(folder, ".img.unpacking", "old"), { recursive: true });
  const path = join(folder, "x.zip");
  await Deno.writeFile(path, zipSync({ "img/a.jpg": text("a") }));
  assertEquals(await unpackArchive(path, join(folder, "img")), 1);
  assertEquals(await listNames(folder), ["img", "x.zip"]);
  assertEquals(await listNames(join(folder, "img")), ["a.jpg"]);
});

testInFolder(
  "unpackArchive() refuses names that are one name on Windows and on a Mac",
  async (folder) => {
    const path = join(folder, "x.zip");
    await Deno.writeFile(path, zipSync({ "img/A.jpg": text("a"), "img/a.jpg": text("b") }));
    const error = await assertRejects(() => unpackArchive(path, join(folder, "img")), InputError);
    assertEquals(
      error.message,
      `${path}: Cannot unpack archive as names must differ by more than case: it has img/A.jpg and img/a.jpg`,
    );
    assertEquals(await listNames(folder), ["x.zip"]);
  },
);

testInFolder("unpackArchive() writes nothing outside its folder", async (folder) => {
  for (const name of ["img/../../evil.jpg", "../evil.jpg", "/evil.jpg"]) {
    const path = join(folder, "x.zip");
    await Deno.writeFile(path, zipSync({ "img/a.jpg": text("a"), [name]: text("b") }));
    await assertRejects(() => unpackArchive(path, join(folder, "img")), InputError, "each member");
    assertEquals(await listNames(folder), ["x.zip"]);
  }
});

testInFolder("unpackArchive() says that an archive is another one", async (folder) => {
  const path = join(folder, "x.zip");
  await Deno.writeFile(path, zipSync({ "photos/a.jpg": text("a") }));
  const error = await assertRejects(() => unpackArchive(path, join(folder, "img")), InputError);
  assertEquals(
    error.message,
    `${path}: Cannot unpack archive as it must have files in img/: it has none`,
  );
});
