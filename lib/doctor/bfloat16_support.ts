/** Whether this processor multiplies bfloat16 in hardware: without, `--precision bfloat16` gains nothing. */

import { readKernelText } from "../backend/tensorflow/library/system_library.ts";

/** Units that multiply bfloat16, the fastest first; `null` where the system does not tell. */
export type Bfloat16Support = "AMX" | "AVX512_BF16" | "none" | null;

/** Reads Linux's list of the processor's flags; `null` on another system, or without the permission for FFI. */
export function checkBfloat16(): Bfloat16Support {
  const cpuinfo = readKernelText("/proc/cpuinfo");
  return cpuinfo === null ? null : parseBfloat16Support(cpuinfo);
}

/** Finds the units in the text of `/proc/cpuinfo`; only x86 has the line `flags`. */
export function parseBfloat16Support(cpuinfo: string): Bfloat16Support {
  const line = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1];
  if (line === undefined) return null;
  const flags = new Set(line.trim().split(/\s+/));
  if (flags.has("amx_bf16")) return "AMX";
  return flags.has("avx512_bf16") ? "AVX512_BF16" : "none";
}

/** One line for people. */
export function describeBfloat16(support: Bfloat16Support): string {
  switch (support) {
    case null:
      return "--precision bfloat16: this system does not tell whether its processor has AMX or AVX512_BF16";
    case "none":
      return "--precision bfloat16 gains nothing here: the processor has neither AMX nor AVX512_BF16";
    default:
      return `--precision bfloat16 on backend tensorflow is faster here, where it opens: the processor has ${support}`;
  }
}
