import { assertEquals, assertRejects } from "@std/assert";
import { crc32 } from "node:zlib";
import { join } from "@std/path";
import { zipSync } from "fflate";
import { extractMember, listZip } from "../../lib/file/zip.ts";
import { InputError } from "../../lib/errors.ts";
import { needs } from "../support/permissions.ts";
import { withFolder } from "./made_up_files.ts";

const ignore = needs("read", "write");
const TEXT = new TextEncoder().encode("a library, so to say. ".repeat(5000));
const NOISE = Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31 + i) % 251);

async function writeZip(folder: string): Promise<string> {
  const path = join(folder, "a.whl");
  await Deno.writeFile(path, zipSync({ "t/text.so": TEXT, "t/noise": [NOISE, { level: 0 }] }));
  return path;
}

Deno.test({
  name: "extractMember() unpacks deflated and stored members to their bytes",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = await writeZip(folder);
      const members = await listZip(path);
      assertEquals(members.map(({ name, sizeBytes }) => [name, sizeBytes]), [
        ["t/text.so", TEXT.length],
        ["t/noise", NOISE.length],
      ]);
      const counts: number[] = [];
      for (const [i, expected] of [TEXT, NOISE].entries()) {
        const target = join(folder, "deep", `member ${i}`);
        await extractMember(path, members[i]!, target, (count) => counts.push(count));
        assertEquals(await Deno.readFile(target), expected);
      }
      assertEquals(counts.at(-1), NOISE.length);
    }),
});

Deno.test({
  name: "listZip() reads the numbers of a zip64 directory, as of a file above 4 GB",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = join(folder, "large.zip");
      await Deno.writeFile(path, formatZip64("big", NOISE));
      const [member] = await listZip(path);
      assertEquals(member, {
        name: "big",
        sizeBytes: NOISE.length,
        compressedSizeBytes: NOISE.length,
        crc32: crc32(NOISE),
        method: 0,
        offsetBytes: 0,
      });
      await extractMember(path, member!, join(folder, "big"));
      assertEquals(await Deno.readFile(join(folder, "big")), NOISE);
    }),
});

Deno.test({
  name: "listZip() names a zip file that is cut off",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = await writeZip(folder);
      await Deno.truncate(path, 2000);
      const error = await assertRejects(() => listZip(path), InputError);
      assertEquals(
        error.message,
        `${path}: Cannot read zip file as it must end with its directory: it does not; is the download complete?`,
      );
    }),
});

Deno.test({
  name: "extractMember() refuses damaged bytes and leaves no file behind",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = await writeZip(folder);
      const members = await listZip(path);
      const bytes = await Deno.readFile(path);
      const at = members[1]!.offsetBytes + 100;
      bytes[at] = bytes[at]! ^ 1;
      await Deno.writeFile(path, bytes);
      const target = join(folder, "noise");
      const error = await assertRejects(
        () => extractMember(path, members[1]!, target),
        InputError,
      );
      assertEquals(
        error.message,
        `${path}: Cannot unpack t/noise as its checksum must match: it does not`,
      );
      assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), [
        "a.whl",
      ]);
    }),
});

Deno.test({
  name: "extractMember() refuses a member that is no deflate stream",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const path = await writeZip(folder);
      const [member] = await listZip(path);
      const bytes = await Deno.readFile(path);
      bytes.fill(0xff, member!.offsetBytes + 39, member!.offsetBytes + 80);
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(
        () => extractMember(path, member!, join(folder, "text")),
        InputError,
      );
      assertEquals(
        error.message,
        `${path}: Cannot unpack t/text.so as it must be whole: it is damaged`,
      );
    }),
});

/** A stored member whose sizes and offsets are all in 64-bit fields. */
function formatZip64(name: string, content: Uint8Array): Uint8Array {
  const nameBytes = [...new TextEncoder().encode(name)];
  const u16 = (value: number) => [value & 255, value >> 8];
  const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
  const u64 = (value: number) => [...u32(value), ...u32(0)];
  const checksum = crc32(content);
  const local = [
    ...[...u32(0x04034b50), ...u16(45), ...u16(0), ...u16(0), ...u32(0), ...u32(checksum)],
    ...[...u32(0xffffffff), ...u32(0xffffffff), ...u16(nameBytes.length), ...u16(0)],
    ...nameBytes,
  ];
  const extra = [...u16(1), ...u16(24), ...u64(content.length), ...u64(content.length), ...u64(0)];
  const entry = [
    ...[...u32(0x02014b50), ...u16(45), ...u16(45), ...u16(0), ...u16(0), ...u32(0)],
    ...[...u32(checksum), ...u32(0xffffffff), ...u32(0xffffffff), ...u16(nameBytes.length)],
    ...[...u16(extra.length), ...u16(0), ...u16(0), ...u16(0), ...u32(0), ...u32(0xffffffff)],
    ...nameBytes,
    ...extra,
  ];
  const entryAt = local.length + content.length;
  const endAt = entryAt + entry.length;
  const end = [
    ...[...u32(0x06064b50), ...u64(44), ...u16(45), ...u16(45), ...u32(0), ...u32(0)],
    ...[...u64(1), ...u64(1), ...u64(entry.length), ...u64(entryAt)],
    ...[...u32(0x07064b50), ...u32(0), ...u64(endAt), ...u32(1)],
    ...[...u32(0x06054b50), ...u16(0), ...u16(0), ...u16(0xffff), ...u16(0xffff)],
    ...[...u32(0xffffffff), ...u32(0xffffffff), ...u16(0)],
  ];
  return Uint8Array.from([...local, ...content, ...entry, ...end]);
}
