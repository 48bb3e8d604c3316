import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { crc32 } from "node:zlib";
import { join } from "@std/path";
import { zipSync } from "fflate";
import { InputError } from "../../lib/errors.ts";
import { ByteSource } from "../../lib/file/byte_source.ts";
import { listZip } from "../../lib/file/zip.ts";
import { copyEntry, extractEntry } from "../../lib/file/zip_entry.ts";
import { listNames, testInFolder } from "../support/temporary_folder.ts";

const TEXT = new TextEncoder().encode("a library, so to say. ".repeat(5000));
const NOISE = Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31 + i) % 251);
const ZIP = zipSync({ "t/text.so": TEXT, "t/noise": [NOISE, { level: 0 }] });

/** Opens bytes as the file `a.whl`, after `change`. */
async function openZip(
  folder: string,
  bytes: Uint8Array = ZIP,
  change: (view: DataView) => void = () => {},
): Promise<ByteSource> {
  const changed = bytes.slice();
  change(new DataView(changed.buffer));
  const path = join(folder, "a.whl");
  await Deno.writeFile(path, changed);
  return ByteSource.open(path, "read wheel");
}

/** Position of the directory's entry for the i-th file. */
function findDirectoryEntry(view: DataView, index: number): number {
  let seen = -1;
  for (let at = 0;; at++) {
    if (view.getUint32(at, true) === 0x02014b50 && ++seen === index) return at;
  }
}

testInFolder("deflated and stored entries are unfolded to their bytes", async (folder) => {
  using source = await openZip(folder);
  const entries = listZip(source);
  assertEquals(entries.map(({ name, sizeBytes, isDeflated }) => [name, sizeBytes, isDeflated]), [
    ["t/text.so", TEXT.length, true],
    ["t/noise", NOISE.length, false],
  ]);
  for (const [i, expected] of [TEXT, NOISE].entries()) {
    assertEquals(await copyEntry(source, entries[i]!), expected);
    const counts: number[] = [];
    const target = join(folder, "deep", `entry ${i}`);
    await extractEntry(source, entries[i]!, target, (count) => counts.push(count));
    assertEquals(await Deno.readFile(target), expected);
    assertEquals(counts.at(-1), expected.length);
  }
});

testInFolder(
  "the numbers of a zip64 directory are read, as of a file above 4 GB",
  async (folder) => {
    using source = await openZip(folder, formatZip64("big", NOISE));
    const [entry] = listZip(source);
    assertEquals(entry, {
      name: "big",
      sizeBytes: NOISE.length,
      storedBytes: NOISE.length,
      crc32: crc32(NOISE),
      isDeflated: false,
      headerPosition: 0,
    });
    assertEquals(await copyEntry(source, entry!), NOISE);
  },
);

testInFolder("a directory that is cut off, damaged or misplaced is refused", async (folder) => {
  const messageOf = async (bytes: Uint8Array, change?: (view: DataView) => void) => {
    using source = await openZip(folder, bytes, change);
    return assertThrows(() => listZip(source), InputError).message.replace(folder, "ROOT");
  };
  const start = "ROOT/a.whl: Cannot read wheel as ";
  assertEquals(
    await messageOf(ZIP.subarray(0, 2000)),
    `${start}it must end with a zip directory: it is truncated; is the download complete?`,
  );
  assertEquals(
    await messageOf(ZIP, (view) => view.setUint8(findDirectoryEntry(view, 1), 0)),
    `${start}its zip directory must be whole: it is damaged at entry 1`,
  );
  const endAt = ZIP.length - 22;
  assertEquals(
    await messageOf(ZIP, (view) => view.setUint32(endAt + 16, ZIP.length, true)),
    `${start}its zip directory must lie before byte ${endAt}: it is at ${ZIP.length}`,
  );
  assertEquals(
    await messageOf(ZIP, (view) => view.setUint16(findDirectoryEntry(view, 0) + 10, 14, true)),
    `${start}"t/text.so" must be stored or deflated: it is method 14`,
  );
  assertEquals(
    await messageOf(ZIP, (view) => view.setUint16(findDirectoryEntry(view, 0) + 8, 1, true)),
    `${start}"t/text.so" must be stored or deflated: it is encrypted`,
  );
  assertEquals(
    await messageOf(ZIP, (view) => view.setUint32(findDirectoryEntry(view, 1) + 24, 9, true)),
    `${start}"t/noise" must have one size as it is stored: it is 3000 and 9`,
  );
});

testInFolder(
  "an entry that is not what the directory says is refused, and no file is left",
  async (folder) => {
    const check = async (index: number, value: string, change: (view: DataView) => void) => {
      using source = await openZip(folder, ZIP, change);
      const entry = listZip(source)[index]!;
      const target = join(folder, "out");
      for (
        const unfold of [() => extractEntry(source, entry, target), () => copyEntry(source, entry)]
      ) {
        const { message } = await assertRejects(unfold, InputError);
        assertEquals(
          message.replace(folder, "ROOT"),
          `ROOT/a.whl: Cannot read wheel as "${entry.name}" must be whole, ${entry.sizeBytes} bytes: ${value}`,
        );
      }
      assertEquals(await listNames(folder), ["a.whl"]);
    };
    const data = (index: number) => (view: DataView) =>
      view.getUint32(findDirectoryEntry(view, index) + 42, true) + 30 +
      ["t/text.so", "t/noise"][index]!.length;
    await check(1, "its checksum differs", (view) => view.setUint8(data(1)(view) + 100, 255));
    await check(0, "it is damaged", (view) => view.setUint32(data(0)(view), 0xffffffff));
    await check(
      0,
      "it goes on",
      (view) => view.setUint32(findDirectoryEntry(view, 0) + 24, 9, true),
    );
    await check(
      0,
      `it ends after ${TEXT.length}`,
      (view) => view.setUint32(findDirectoryEntry(view, 0) + 24, TEXT.length + 9, true),
    );
  },
);

testInFolder("an entry beyond the file, or without its header, is refused", async (folder) => {
  const messageOf = async (change: (view: DataView) => void) => {
    using source = await openZip(folder, ZIP, change);
    const { message } = await assertRejects(
      () => copyEntry(source, listZip(source)[1]!),
      InputError,
    );
    return message.replace(folder, "ROOT");
  };
  assertEquals(
    await messageOf((view) => view.setUint32(findDirectoryEntry(view, 1) + 42, 3, true)),
    'ROOT/a.whl: Cannot read wheel as "t/noise" must have a header of its own: it is damaged',
  );
  const message = await messageOf((view) => {
    view.setUint32(findDirectoryEntry(view, 1) + 20, 1e6, true);
    view.setUint32(findDirectoryEntry(view, 1) + 24, 1e6, true);
  });
  assert(
    message.startsWith('ROOT/a.whl: Cannot read wheel as "t/noise" must lie within the file: '),
  );
});

testInFolder("sizes out of proportion are refused before anything is unfolded", async (folder) => {
  const zeros = zipSync({ bomb: new Uint8Array(2 ** 20) });
  using source = await openZip(folder, zeros, (view) => {
    view.setUint32(findDirectoryEntry(view, 0) + 24, 2 ** 31, true);
  });
  const [entry] = listZip(source);
  const { message } = await assertRejects(() => copyEntry(source, entry!), InputError);
  assertEquals(
    message.replace(folder, "ROOT"),
    `ROOT/a.whl: Cannot read wheel as "bomb" must unfold to at most 268435456 bytes: ` +
      `it is ${entry!.storedBytes} bytes that unfold to 2147483648`,
  );
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
