import { assertEquals } from "@std/assert";
import { parseGitIndex } from "../../lib/file/git_index.ts";

Deno.test("parseGitIndex() takes nothing for an index that is none, or is cut", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  assertEquals(parseGitIndex(new Uint8Array()), null);
  assertEquals(parseGitIndex(text("x".repeat(100))), null);
  const cut = new Uint8Array(64);
  cut.set(text("DIRC"));
  new DataView(cut.buffer).setUint32(4, 2);
  new DataView(cut.buffer).setUint32(8, 3); // three entries, and room for none
  assertEquals(parseGitIndex(cut), null);
});
