/** `deno task kernels`: builds the WebAssembly modules from their sources. */

import { fromFileUrl } from "@std/path";
import { buildModule, COMPILER, WASM_MODULES } from "./command_line/build_kernels.ts";
import { runTask } from "./command_line/run_task.ts";

await runTask({
  task: "kernels",
  summary:
    `Builds the WebAssembly modules of lib from their AssemblyScript sources with ${COMPILER}.`,
  flags: [],
  examples: ["deno task kernels"],
}, async () => {
  const root = fromFileUrl(new URL("..", import.meta.url));
  for (const module of WASM_MODULES) {
    const isChanged = await buildModule(root, module);
    console.log(`${module.path}: ${isChanged ? "changed" : "the same bytes as before"}`);
  }
});
