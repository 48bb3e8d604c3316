import { assertEquals, assertNotEquals } from "@std/assert";
import {
  checkBfloat16,
  describeBfloat16,
  parseBfloat16Support,
} from "../../lib/doctor/bfloat16_support.ts";

Deno.test("AMX and AVX512_BF16 are found among a processor's flags, and neither is told from unknown", () => {
  const of = (flags: string) =>
    parseBfloat16Support(`processor\t: 0\nflags\t\t: fpu ${flags} sse2\nbugs\t\t: none\n`);
  assertEquals(of("avx512_bf16 amx_bf16 amx_tile"), "AMX");
  assertEquals(of("avx512f avx512_bf16"), "AVX512_BF16");
  assertEquals(of("avx512f avx512_bf16_not amx_int8"), "none");
  assertEquals(parseBfloat16Support("Features\t: fp asimd bf16\n"), null); // ARM
});

Deno.test("a processor without bfloat16 is said to gain nothing by it", () => {
  assertEquals(
    describeBfloat16("none"),
    "--precision bfloat16 gains nothing here: the processor has neither AMX nor AVX512_BF16",
  );
});

Deno.test({
  name: "the processor is asked with the permissions that the doctor has",
  ignore: Deno.build.os !== "linux" || Deno.build.arch !== "x86_64" ||
    Deno.permissions.querySync({ name: "ffi" }).state !== "granted",
  fn() {
    assertNotEquals(checkBfloat16(), null);
  },
});
