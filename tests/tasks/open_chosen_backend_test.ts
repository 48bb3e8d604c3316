import { assertEquals } from "@std/assert";
import { describeThreads } from "../../tasks/command_line/open_chosen_backend.ts";

Deno.test("--threads that a backend cannot have is told of, and nothing else", () => {
  const wasm = { name: "wasm", threads: 1 } as const;
  assertEquals(
    describeThreads(wasm, 4),
    "Backend wasm computes on 1 of the 4 threads of --threads, as its memory cannot be shared: that needs the program's own " +
      "files, local and readable (--allow-read)",
  );
  assertEquals(describeThreads(wasm, 1), null);
  assertEquals(describeThreads(wasm, undefined), null);
  assertEquals(describeThreads({ ...wasm, threads: 4 }, 4), null);
  assertEquals(
    describeThreads({ name: "cpu", threads: 1 }, 4),
    "Backend cpu computes on 1 of the 4 threads of --threads, as it has no more",
  );
  assertEquals(describeThreads({ name: "tensorflow", threads: 4 }, 4), null);
});
