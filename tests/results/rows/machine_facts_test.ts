import { assertEquals, assertMatch } from "@std/assert";
import { toLine } from "../../../lib/results/rows/cell_rule.ts";
import {
  collectMachineFacts,
  measurePeakMemoryBytes,
} from "../../../lib/results/rows/machine_facts.ts";
import { needs } from "../../support/permissions.ts";

const BACKEND = {
  name: "tensorflow",
  version: "2.21",
  device: "NVIDIA H100",
  deviceKind: "gpu",
  threads: 1,
  precision: "float32",
  isDeterministic: true,
} as const;

Deno.test({
  name: "facts of the machine name Deno, system and processor, and a GPU only where it computes",
  ignore: needs("read", "sys"),
  async fn() {
    const facts = await collectMachineFacts(BACKEND);
    assertEquals([facts.deno_version, facts.gpu], [Deno.version.deno, "NVIDIA H100"]);
    assertMatch(facts.os, new RegExp(`^${Deno.build.os} .*${Deno.build.arch}$`));
    assertMatch(facts.lock_hash!, /^[0-9a-f]{64}$/);
    assertEquals(facts.cpu!.length > 0, true);
    const plain = await collectMachineFacts({ ...BACKEND, deviceKind: "cpu" });
    assertEquals([plain.gpu, plain.gpu_driver], [null, null]);
    assertEquals(measurePeakMemoryBytes()! > 2 ** 20, true);
  },
});

Deno.test("what a system calls itself becomes a line that a row may hold", () => {
  assertEquals(
    ["AMD EPYC\u0000\n 7R13 ", "=cmd()", "", "\u001b[2J"].map(toLine),
    ["AMD EPYC 7R13", "cmd()", "unknown", "[2J"],
  );
});
