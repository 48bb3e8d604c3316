import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseCommandLine } from "../../tasks/command_line/flags.ts";
import { BACKEND_FLAGS, readBackendChoice } from "../../tasks/command_line/shared_flags.ts";

const SPEC = { task: "train", summary: "Any.", flags: BACKEND_FLAGS, examples: [] };
const read = (...args: string[]) => readBackendChoice(parseCommandLine(SPEC, args)!);

Deno.test("flags of backend tensorflow are not ignored by another that is named", () => {
  const flags = [["tensorflow-lib", "/opt/tf"], ["eager"], ["nondeterministic"]];
  for (const [name, ...value] of flags) {
    for (const backend of ["webgpu", "wasm", "cpu"]) {
      assertThrows(
        () => read(`--${name}`, ...value, "--backend", backend),
        UsageError,
        `Cannot use --${name} as it is of backend tensorflow alone: --backend is ${backend}`,
      );
    }
    assertEquals(read(`--${name}`, ...value).name, "auto"); // which may find it
    assertEquals(read(`--${name}`, ...value, "--backend", "tensorflow").name, "tensorflow");
  }
});
