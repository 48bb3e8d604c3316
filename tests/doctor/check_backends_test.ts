import { assertEquals, assertMatch } from "@std/assert";
import { BACKEND_NAMES } from "../../lib/backend/backend.ts";
import { checkBackends, checkChoice } from "../../lib/doctor/check_backends.ts";
import { checkLibrary } from "../../lib/doctor/check_library.ts";
import { checkSharp } from "../../lib/doctor/check_sharp.ts";
import { needs } from "../support/permissions.ts";

const OPTIONS = { tensorflowLibrary: "no/such/libtensorflow.so.2" };

Deno.test({
  name: "a backend that cannot open is reported in one line, and the others are measured",
  ignore: needs("read", "env", "sys"),
  async fn() {
    const reports = await checkBackends(OPTIONS);
    assertEquals(reports.map(({ name }) => name), [...BACKEND_NAMES]);
    const [tensorflow, , wasm, cpu] = reports;
    assertEquals(tensorflow!.isAvailable, false);
    assertMatch((tensorflow as { reason: string }).reason, /^no\/such\/.*Cannot [^\n]+$/);
    for (const report of [wasm!, cpu!]) {
      if (!report.isAvailable) throw new Error(report.reason);
      assertEquals(report.backend.name, report.name);
      const { convolutionGflops, matMulGflops } = report.speed;
      for (const rate of [convolutionGflops, matMulGflops]) {
        assertEquals(rate > 0.001 && rate < 1e5, true, `${report.name}: ${rate} GFLOP/s`);
      }
    }
  },
});

Deno.test({
  name: "checkChoice() says what auto takes and why not the ones before",
  ignore: needs("read", "env", "sys"),
  async fn() {
    const choice = await checkChoice(OPTIONS);
    if ("reason" in choice) throw new Error(choice.reason);
    assertEquals(choice.skipped[0]!.name, "tensorflow");
  },
});

Deno.test({
  name: "checkLibrary() explains a path that is no library instead of failing",
  ignore: needs("read", "env"),
  async fn() {
    const [step, ...rest] = await checkLibrary(OPTIONS.tensorflowLibrary);
    assertEquals(rest, []);
    assertEquals([step!.place, step!.hasLibrary], ["option", false]);
    assertMatch(step!.explanation, /Cannot use library/);
  },
});

Deno.test({
  name: "checkSharp() names the formats that datasets come in",
  ignore: needs("read", "env", "ffi"),
  async fn() {
    const report = await checkSharp();
    if (!report.isAvailable) throw new Error(report.reason);
    assertEquals(report.formats.includes("jpeg") && report.formats.includes("png"), true);
  },
});
