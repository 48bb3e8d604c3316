import { assert, assertEquals, assertMatch } from "@std/assert";
import { toFileUrl } from "@std/path";
import { runComparison } from "../../bench/run_comparison.ts";
import { testInFolder } from "../support/temporary_folder.ts";

/** Runs a program as a comparison that is named after a bench without rounds. */
async function runProgram(folder: string, program: string, limitSeconds = 120) {
  const path = `${folder}/opening.ts`;
  await Deno.writeTextFile(path, program);
  const script = toFileUrl(path).href;
  const comparison = { title: "A", goal: "1", script, args: ["--size", "3"] };
  return await runComparison(comparison, { limitSeconds });
}

testInFolder("a comparison that ends has what it printed", async (folder) => {
  const { text, failure } = await runProgram(folder, "console.log('ratio 2', ...Deno.args)");
  assertEquals([text, failure], ["ratio 2 --size 3", null]);
}, ["run", "env"]);

testInFolder("a comparison that fails keeps what it printed, and says why", async (folder) => {
  const program = "console.log('ours 1 s'); throw new Error('no such network')";
  const { text, failure } = await runProgram(folder, program);
  assertEquals(text, "ours 1 s");
  assertEquals(failure, "exit code 1; its last line: Error: no such network");
}, ["run", "env"]);

testInFolder("a comparison that is late is cut off, and keeps what it printed", async (folder) => {
  const program = "console.error('compiles'); setInterval(() => {}, 1000)";
  const { text, failure, seconds } = await runProgram(folder, program, 5);
  assertEquals(text, "");
  assertMatch(failure!, /^cut off after 5 s/);
  assert(seconds >= 5, `it took ${seconds} s`);
}, ["run", "env"]);
