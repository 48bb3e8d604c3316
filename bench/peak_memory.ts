/** The memory of this process. */

/** Bytes that it ever held, or `null` where the system does not say: elsewhere than on Linux. */
export async function readPeakMemory(): Promise<number | null> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const kibibytes = status.match(/^VmHWM:\s*(\d+) kB$/m)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
