/** What a run's row says of the program and the machine that made it. */

import { cpus } from "node:os";
import process from "node:process";
import type { Backend } from "../../backend/backend.ts";
import { hashBytes } from "../../file/hash.ts";
import { toLine } from "./cell_rule.ts";
import { isCodeChanged, readCommit } from "./checkout.ts";

/** Facts by column; `null` for what the system does not tell. */
export interface MachineFacts {
  readonly commit: string | null;
  readonly code_changed: string | null;
  readonly deno_version: string;
  readonly lock_hash: string | null;
  readonly os: string;
  readonly cpu: string | null;
  readonly gpu: string | null;
  readonly gpu_driver: string | null;
}

/** Collects the facts of this process, which runs in its checkout. */
export async function collectMachineFacts(backend: Backend): Promise<MachineFacts> {
  const isChanged = await isCodeChanged(".");
  const isGpu = backend.deviceKind === "gpu";
  return {
    commit: await readCommit("."),
    code_changed: isChanged === null ? null : isChanged ? "yes" : "no",
    deno_version: Deno.version.deno,
    lock_hash: await readQuietly("deno.lock", hashBytes),
    os: toLine(`${Deno.build.os} ${askSystem(() => Deno.osRelease()) ?? ""} ${Deno.build.arch}`),
    cpu: askSystem(() => toLine(cpus()[0]?.model ?? "")),
    gpu: isGpu ? toLine(backend.device) : null,
    gpu_driver: isGpu ? await readNvidiaDriver() : null,
  };
}

/** Largest resident memory of this process so far: of all runs that it carried out, not of one alone. */
export function measurePeakMemoryBytes(): number | null {
  const kibibytes = askSystem(() => process.resourceUsage().maxRSS);
  return kibibytes ? kibibytes * 1024 : null;
}

/** First line of the kernel module: `NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  ...`. */
function readNvidiaDriver(): Promise<string | null> {
  return readQuietly("/proc/driver/nvidia/version", (bytes) => {
    const version = new TextDecoder().decode(bytes).match(/Kernel Module\D+(\d+(?:\.\d+)+)/)?.[1];
    return version === undefined ? null : `NVIDIA ${version}`;
  });
}

async function readQuietly<T>(path: string, use: (bytes: Uint8Array) => T): Promise<T | null> {
  try {
    return use(await Deno.readFile(path));
  } catch {
    return null; // not there, or not permitted: the cell stays empty
  }
}

/** `null` where a permission is missing or the system does not know: a row without a fact is better than none. */
function askSystem<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
