import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../lib/errors.ts";
import { describeSkipped, listFiles } from "../../lib/file/list_files.ts";
import { needs } from "../support/permissions.ts";
import { testInFolder } from "../support/temporary_folder.ts";

async function write(folder: string, ...paths: string[]): Promise<void> {
  for (const path of paths) {
    await Deno.mkdir(`${folder}/${path}`.replace(/[/][^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, path);
  }
}

async function messageOf(folder: string): Promise<string> {
  const { message } = await assertRejects(() => listFiles(folder), InputError);
  return message.replaceAll(folder, "ROOT");
}

testInFolder("files are listed at any depth, sorted by code units", async (folder) => {
  await write(folder, "b.jpg", "a/z.jpg", "B.jpg", "a/b/c.jpg");
  const { paths, skipped } = await listFiles(folder);
  assertEquals(paths, ["B.jpg", "a/b/c.jpg", "a/z.jpg", "b.jpg"]);
  assertEquals(skipped, { count: 0, names: [] });
  assertEquals(describeSkipped(skipped), "");
});

testInFolder(
  "what systems leave behind is skipped and counted, in any case of letters",
  async (folder) => {
    const left = [
      ...["c/@eaDir/1.jpg/SYNOPHOTO_THUMB_S.jpg", "c/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg"],
      ...["c/@__thumb/1.jpg", "c/Picasa.ini"],
      ...["c/Thumbs.db", "THUMBS.DB", "desktop.ini", "c/Desktop.ini", ".DS_Store", "c/._1.jpg"],
      ...["__MACOSX/c/._1.jpg", ".ipynb_checkpoints/1-checkpoint.jpg", "c/1.jpg@SynoEAStream"],
      ...["c/1.jpg:Zone.Identifier", "#recycle/old.jpg", "$RECYCLE.BIN/x.jpg", "lost+found/1"],
      ...["System Volume Information/x", "Icon\r", ".git/config"],
    ];
    await write(folder, "c/1.jpg", "c/@home.jpg", "thumbs/2.jpg", ...left);
    const { paths, skipped } = await listFiles(folder);
    assertEquals(paths, ["c/1.jpg", "c/@home.jpg", "thumbs/2.jpg"]);
    assertEquals(skipped.count, left.length);
    assertEquals(
      describeSkipped(skipped),
      "20 files skipped (#recycle, $RECYCLE.BIN, .DS_Store, ...)",
    );
  },
);

testInFolder(
  "two links to one folder are two folders, and links to files are files",
  async (folder) => {
    await write(folder, "valid/1.jpg", "valid/2.jpg");
    await Deno.mkdir(`${folder}/exp/a`, { recursive: true });
    await Deno.mkdir(`${folder}/exp/b`);
    await Deno.symlink("../../valid", `${folder}/exp/a/valid`);
    await Deno.symlink(`${folder}/valid`, `${folder}/exp/b/valid`);
    await Deno.symlink("../valid/1.jpg", `${folder}/exp/linked.jpg`);
    assertEquals((await listFiles(`${folder}/exp`)).paths, [
      "a/valid/1.jpg",
      "a/valid/2.jpg",
      "b/valid/1.jpg",
      "b/valid/2.jpg",
      "linked.jpg",
    ]);
  },
);

testInFolder("a link that leads back is cut, and said", async (folder) => {
  await write(folder, "a/1.jpg", "b/2.jpg");
  await Deno.symlink("..", `${folder}/a/up`);
  await Deno.symlink("../b", `${folder}/a/to_b`);
  await Deno.symlink("../a", `${folder}/b/to_a`);
  const { paths, skipped } = await listFiles(folder);
  assertEquals(paths, ["a/1.jpg", "a/to_b/2.jpg", "b/2.jpg", "b/to_a/1.jpg"]);
  assertEquals(skipped.names, [
    "a/to_b/to_a, a link back",
    "a/up, a link back",
    "b/to_a/to_b, a link back",
    "b/to_a/up, a link back",
  ]);
});

testInFolder(
  "an entry that is neither file nor folder is named, with what it is",
  async (folder) => {
    const rule = "Cannot list images as every entry must be a file or a folder";
    await Deno.mkdir(`${folder}/c`);
    await Deno.symlink("/nowhere/1.jpg", `${folder}/c/1.jpg`);
    assertEquals(
      await messageOf(folder),
      `ROOT/c/1.jpg: ${rule}: it is a link to /nowhere/1.jpg, which does not exist`,
    );
    await Deno.remove(`${folder}/c/1.jpg`);
    await Deno.symlink("1.jpg", `${folder}/c/1.jpg`);
    assertEquals(
      await messageOf(folder),
      `ROOT/c/1.jpg: ${rule}: it is a link that leads in a circle`,
    );
  },
);

Deno.test({
  name: "a pipe is refused without waiting for it, and a name that is not UTF-8 is said to be that",
  ignore: needs("read", "write", "run") || Deno.build.os !== "linux",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await shell(`mkdir ${folder}/p ${folder}/u; mkfifo ${folder}/p/1.jpg`);
      assertEquals(
        await messageOf(`${folder}/p`),
        "ROOT/1.jpg: Cannot list images as every entry must be a file or a folder: " +
          "it is a pipe, a socket or a device",
      );
      await shell(`printf x > "${folder}/u/$(printf 'caf\\351').jpg"`);
      assertEquals(
        await messageOf(`${folder}/u`),
        "ROOT/caf\ufffd.jpg: Cannot list images as every name must be UTF-8: it is not; rename it",
      );
      await shell(`mkdir -p "${folder}/d/$(printf 'caf\\351')"`);
      assertEquals(
        await messageOf(`${folder}/d`),
        "ROOT/caf\ufffd: Cannot list images as every name must be UTF-8: it is not; rename it",
      );
    } finally {
      await shell(`rm -rf ${folder}`);
    }
  },
});

async function shell(script: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  assertEquals(success, true, script);
}
