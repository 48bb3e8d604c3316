import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { EnergyMeter } from "../../../lib/results/rows/energy_meter.ts";
import { testInFolder } from "../../support/temporary_folder.ts";

async function writeCounter(folder: string, name: string, microjoules: number): Promise<void> {
  await Deno.mkdir(join(folder, name), { recursive: true });
  await Deno.writeTextFile(join(folder, name, "energy_uj"), `${microjoules}\n`);
  await Deno.writeTextFile(join(folder, name, "max_energy_range_uj"), "1000000000\n");
}

testInFolder(
  "EnergyMeter sums packages, over a counter that begins again, and no part twice",
  async (folder) => {
    await writeCounter(folder, "intel-rapl:0", 999_000_000);
    await writeCounter(folder, "intel-rapl:0:0", 5);
    await writeCounter(folder, "intel-rapl:1", 10_000_000);
    const meter = (await EnergyMeter.start(folder))!;
    await writeCounter(folder, "intel-rapl:0", 2_000_000); // 3 J, over the end of its range
    await writeCounter(folder, "intel-rapl:0:0", 900_000_000);
    await writeCounter(folder, "intel-rapl:1", 14_500_000); // 4.5 J
    await meter.sample();
    assertAlmostEquals(meter.joules, 7.5, 1e-9);
    await writeCounter(folder, "intel-rapl:1", 15_000_000);
    await meter.sample(3600); // not yet
    assertAlmostEquals(meter.joules, 7.5, 1e-9);
    await meter.sample();
    assertAlmostEquals(meter.joules, 8, 1e-9);
  },
);

testInFolder("EnergyMeter does not start where the system does not tell", async (folder) => {
  assertEquals(await EnergyMeter.start(folder), null);
  assertEquals(await EnergyMeter.start(join(folder, "missing")), null);
  await writeCounter(folder, "intel-rapl:0", NaN);
  assertEquals(await EnergyMeter.start(folder), null);
});
