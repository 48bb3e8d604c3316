/** The WebAssembly modules of this project: what each is made of, and making it again. */

import { basename, join } from "@std/path";
import { InputError } from "../../lib/errors.ts";
import { writeFileAtomic } from "../../lib/file/atomic_write.ts";
import { compareText } from "../../lib/file/compare_text.ts";
import { hashBytes, hashFile } from "../../lib/file/hash.ts";

/** The compiler, pinned: another version may make other bytes of the same sources. */
export const COMPILER = "npm:assemblyscript@0.28.20/asc";

/** One committed binary. */
export interface WasmModule {
  /** Path of the binary from the repository's root; what it was made of lies beside it as `.json`. */
  readonly path: string;
  /** Folder of its sources, all of whose files are compiled. */
  readonly sources: string;
  /** Options of the compiler. */
  readonly options: readonly string[];
}

const SHARED_OPTIONS = ["-O3", "--noAssert", "--runtime", "stub"];

/** Every binary of `lib`. */
export const WASM_MODULES: readonly WasmModule[] = [
  {
    path: "lib/backend/wasm/kernels.wasm",
    sources: "lib/backend/wasm/kernels",
    options: [
      ...SHARED_OPTIONS,
      "--importMemory",
      "--noExportMemory",
      "--maximumMemory", // 4 GiB, as tfjs's memory has: without a maximum it could not be declared shared
      "65536",
      "--enable",
      "simd,relaxed-simd",
    ],
  },
  {
    path: "lib/eval/ranking.wasm",
    sources: "lib/eval/kernels",
    options: [...SHARED_OPTIONS, "--enable", "simd,relaxed-simd"],
  },
  {
    path: "lib/image/resample.wasm",
    sources: "lib/image/kernels",
    options: [...SHARED_OPTIONS, "--enable", "simd"],
  },
];

/** What a binary was made of, as the file beside it says. */
export interface WasmRecord {
  readonly compiler: string;
  readonly options: readonly string[];
  /** SHA-256 of each source, by its name, sorted. */
  readonly sources: Readonly<Record<string, string>>;
  /** SHA-256 of the binary. */
  readonly binary: string;
}

/** The record of a module as its files are now. */
export async function describeModule(root: string, module: WasmModule): Promise<WasmRecord> {
  const sources: Record<string, string> = {};
  for (const path of await listSources(root, module)) {
    sources[basename(path)] = await hashFile(join(root, path));
  }
  const binary = await hashFile(join(root, module.path));
  return { compiler: COMPILER, options: module.options, sources, binary };
}

/** Where a module's record is stored. */
export function recordPath(module: WasmModule): string {
  return `${module.path}.json`;
}

/**
 * Compiles a module and stores it with its record.
 *
 * @returns Whether the binary has other bytes than before.
 * @throws {InputError} If the compiler fails; the message has its first line.
 */
export async function buildModule(root: string, module: WasmModule): Promise<boolean> {
  const before = await hashFile(join(root, module.path));
  const binary = await compile(root, module);
  await writeFileAtomic(join(root, module.path), binary);
  const record = await describeModule(root, module);
  await writeFileAtomic(join(root, recordPath(module)), `${JSON.stringify(record, null, 2)}\n`);
  return before !== hashBytes(binary);
}

/**
 * Runs the compiler outside of this workspace, so that its packages stay out of our lock and `node_modules`. `deno` is found in
 * PATH, as the permission names it.
 */
async function compile(root: string, module: WasmModule): Promise<Uint8Array> {
  const sources = await listSources(root, module);
  const output = `${module.path}.tmp-${Deno.pid}`;
  const permissions = [
    "--allow-read",
    `--allow-write=${join(root, module.path, "..")}`,
    "--allow-env",
  ];
  const { code, stderr } = await new Deno.Command("deno", {
    args: [
      ...["run", "--no-config", "--no-lock", "--node-modules-dir=none", "--no-prompt"],
      ...permissions,
      COMPILER,
      ...[...sources, "--outFile", output, ...module.options],
    ],
    cwd: root,
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).output();
  try {
    if (code === 0) return await Deno.readFile(join(root, output));
  } finally {
    await Deno.remove(join(root, output)).catch(() => {}); // not there if the compiler failed
  }
  const text = new TextDecoder().decode(stderr);
  const reason = text.split("\n").find((line) => /error/i.test(line)) ?? `it exits with ${code}`;
  throw new InputError(
    `${module.sources}: Cannot build ${module.path} as ${COMPILER} must compile it: ${reason.trim()}`,
  );
}

/** Paths from the root, sorted: their order decides that of the binary's functions. */
async function listSources(root: string, module: WasmModule): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(join(root, module.sources))) {
    if (name.endsWith(".ts")) names.push(name);
  }
  return names.sort(compareText).map((name) => `${module.sources}/${name}`);
}
