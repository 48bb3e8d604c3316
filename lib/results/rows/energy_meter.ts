/** Energy that the processor took, from the counters that Linux shows of Intel's and AMD's RAPL. */

import { join } from "@std/path";

const ROOT = "/sys/class/powercap";

interface Counter {
  readonly path: string;
  /** Where it begins again at 0. */
  readonly rangeMicrojoules: number;
  lastMicrojoules: number;
}

/**
 * Sums the counters of all processor packages while it is sampled. A counter begins again every some minutes to hours: sample
 * at least once a minute.
 */
export class EnergyMeter {
  #joules = 0;
  #lastSampleMs = performance.now();

  private constructor(private readonly counters: readonly Counter[]) {}

  /**
   * Starts at 0.
   *
   * @param root Folder of the counters.
   * @returns `null` where there are none or they may not be read: on most systems only root may.
   */
  static async start(root: string = ROOT): Promise<EnergyMeter | null> {
    try {
      const counters: Counter[] = [];
      for await (const { name } of Deno.readDir(root)) {
        if (!/^intel-rapl:\d+$/.test(name)) continue; // packages; `intel-rapl:0:0` is a part of one
        const path = join(root, name, "energy_uj");
        const rangeMicrojoules = await readNumber(join(root, name, "max_energy_range_uj"));
        counters.push({ path, rangeMicrojoules, lastMicrojoules: await readNumber(path) });
      }
      return counters.length > 0 ? new EnergyMeter(counters) : null;
    } catch {
      return null;
    }
  }

  /** Adds what was taken since the last sample; does nothing if that is less than `everySeconds` ago. */
  async sample(everySeconds = 0): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#lastSampleMs < everySeconds * 1000) return;
    this.#lastSampleMs = nowMs;
    for (const counter of this.counters) {
      const microjoules = await readNumber(counter.path);
      const difference = microjoules - counter.lastMicrojoules;
      this.#joules += (difference < 0 ? difference + counter.rangeMicrojoules : difference) / 1e6;
      counter.lastMicrojoules = microjoules;
    }
  }

  /** Joules from the start to the last sample. */
  get joules(): number {
    return this.#joules;
  }
}

async function readNumber(path: string): Promise<number> {
  const value = Number(await Deno.readTextFile(path));
  if (Number.isFinite(value)) return value;
  throw new RangeError(`${path}: Cannot read counter as it must be a number`);
}
