/** Small stand-ins for libraries and archives. */

import { join } from "@std/path";

/** A folder that is removed when the test ends. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** ELF's numbers of machines, by Deno's names. */
const MACHINES = { x86_64: 62, aarch64: 183 } as const;

/** The header of an ELF file of 64 bits that claims to end with one section header. */
export function formatElf(machine: keyof typeof MACHINES, sectionOffset = 64): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  const view = new DataView(bytes.buffer);
  view.setUint16(18, MACHINES[machine], true);
  view.setBigUint64(40, BigInt(sectionOffset), true);
  view.setUint16(58, 64, true);
  view.setUint16(60, 1, true);
  return bytes;
}

/** Writes a folder with the two libraries of a wheel, which look right and are empty. */
export async function writeLibraries(
  folder: string,
  library: Uint8Array = formatElf(Deno.build.arch),
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(join(folder, "libtensorflow_cc.so.2"), library);
  await Deno.writeFile(join(folder, "libtensorflow_framework.so.2"), formatElf(Deno.build.arch));
}

/**
 * A `.tar.gz`.
 *
 * @param type Of each member. @default regular files
 */
export async function formatTarGz(
  files: Readonly<Record<string, Uint8Array>>,
  type = "0",
): Promise<Uint8Array> {
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  for (const [name, content] of Object.entries(files)) {
    const header = new Uint8Array(512);
    const put = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
    put(name, 0);
    put(content.length.toString(8).padStart(11, "0"), 124);
    put(type, 156);
    put("ustar", 257);
    put(" ".repeat(8), 148);
    put(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148);
    const padded = new Uint8Array(Math.ceil(content.length / 512) * 512);
    padded.set(content);
    blocks.push(header, padded);
  }
  blocks.push(new Uint8Array(1024));
  const stream = new Blob(blocks).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
