/** Whether the processor tells the sizes of its caches, which oneDNN divides by. */

import { hasKernelPath } from "./system_library.ts";

const FIRST_CACHE = "/sys/devices/system/cpu/cpu0/cache/index0";

/**
 * Whether the sizes of caches can be read: on Linux the kernel lists what the instruction CPUID tells it, elsewhere `true`.
 *
 * Some virtual machines tell none. Where the list cannot be looked at, it counts as missing.
 */
export function tellsCaches(): boolean {
  return Deno.build.os !== "linux" || hasKernelPath(FIRST_CACHE);
}
