import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readFileState } from "../../lib/file/file_state.ts";
import { KnownContents, type ReadFile } from "../../lib/file/known_contents.ts";
import { needs } from "../support/permissions.ts";
import { withFolder } from "../support/tiny_originals.ts";

const SHA256 = "0123456789abcdef".repeat(4);
const STATE = { sizeBytes: 9, modifiedMs: 1_000_001, changedMs: 1_000_002, inode: 7, device: 1 };
const READ: ReadFile = { state: STATE, atMs: 2_000_000, sha256: SHA256 };
const ODD_PATH = '/a b/é,"c".jpg';

function testInFolder(name: string, fn: (folder: string) => Promise<void>): void {
  Deno.test({ name, ignore: needs("read", "write"), fn: () => withFolder(fn) });
}

testInFolder("KnownContents finds a hash by path, size, times and number alone", async (folder) => {
  const first = await KnownContents.read(folder);
  assertEquals(first.find(ODD_PATH, STATE), null);
  first.add(ODD_PATH, READ);
  await first.save();
  const known = await KnownContents.read(folder);
  assertEquals(known.find(ODD_PATH, STATE), SHA256);
  assertEquals(known.find("/a b/other.jpg", STATE), null);
  for (const key of ["sizeBytes", "modifiedMs", "changedMs", "inode"] as const) {
    assertEquals([key, known.find(ODD_PATH, { ...STATE, [key]: STATE[key] + 1 })], [key, null]);
  }
});

testInFolder(
  "KnownContents keeps nothing of a file that might still change unseen",
  async (folder) => {
    const isKept = async (changedMs: number, atMs: number) => {
      const known = await KnownContents.read(folder);
      const state = { ...STATE, changedMs };
      known.add("/x", { state, atMs, sha256: SHA256 });
      await known.save();
      return (await KnownContents.read(folder)).find("/x", state) !== null;
    };
    assertEquals(await isKept(5_000_001, 5_000_101), false);
    assertEquals(await isKept(5_000_001, 5_000_102), true);
    assertEquals(await isKept(6_000_000, 6_002_000), false); // whole seconds: steps of two
    assertEquals(await isKept(6_000_000, 6_002_001), true);
    assertEquals(await isKept(9_000_001, 8_000_000), false); // to come
  },
);

testInFolder("a text that is damaged or cut short counts as none", async (folder) => {
  const known = await KnownContents.read(folder);
  for (const path of ["/a", "/b"]) known.add(path, READ);
  await known.save();
  const path = join(folder, "contents.txt");
  const bytes = await Deno.readFile(path);
  const isKnown = async (content: Uint8Array) => {
    await Deno.writeFile(path, content);
    return (await KnownContents.read(folder)).find("/a", STATE) !== null;
  };
  assertEquals(await isKnown(bytes), true);
  for (let length = 0; length < bytes.length; length += 7) {
    assertEquals(await isKnown(bytes.subarray(0, length)), false);
    const changed = bytes.slice();
    changed[length]! ^= 1;
    assertEquals(await isKnown(changed), false);
  }
});

testInFolder("what a killed writer left is no part of it, and goes", async (folder) => {
  await Deno.writeTextFile(join(folder, "contents.txt.tmp-1-0123abcd"), "proxyan contents 1");
  const known = await KnownContents.read(folder);
  assertEquals(known.find("/a", STATE), null);
  known.add("/a", READ);
  await known.save();
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assertEquals(names.sort(), ["contents.txt", "contents.txt.lock"]);
});

testInFolder("files that are no longer asked for are forgotten", async (folder) => {
  const first = await KnownContents.read(folder);
  for (const path of ["/a", "/b"]) first.add(path, READ);
  await first.save();
  const second = await KnownContents.read(folder);
  second.find("/a", STATE);
  await second.save();
  const third = await KnownContents.read(folder);
  assertEquals([third.find("/a", STATE), third.find("/b", STATE)], [SHA256, null]);
});

testInFolder("a folder that cannot be written costs time, and no error", async (folder) => {
  await Deno.mkdir(join(folder, "contents.txt.lock")); // which is to be a file
  const known = await KnownContents.read(folder);
  known.add("/a", READ);
  await known.save();
  assertEquals((await KnownContents.read(folder)).find("/a", STATE), null);
});

testInFolder("readFileState() tells a file that was replaced from the old one", async (folder) => {
  const path = join(folder, "a");
  await Deno.writeTextFile(path, "one");
  const before = (await readFileState(path))!;
  await Deno.writeTextFile(`${path}.new`, "two");
  await Deno.rename(`${path}.new`, path);
  const after = (await readFileState(path))!;
  assertEquals(after.sizeBytes, before.sizeBytes);
  assertEquals(after.inode === before.inode, false);
  assertEquals(await readFileState(join(folder, "none")), null);
  assertEquals(await readFileState(folder), null);
});
