import { assertEquals } from "@std/assert";
import { declareShared } from "../../../lib/backend/wasm/declare_shared.ts";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** One type of a function, without parameters and results. */
const TYPES = [1, 4, 1, 0x60, 0, 0];
/** Names in the format: length, then letters. */
const [E, F, G, M, T] = [[1, 0x65], [1, 0x66], [1, 0x67], [1, 0x6d], [1, 0x74]];

function section(id: number, ...content: readonly number[]): number[] {
  return [id, content.length, ...content];
}

Deno.test("declareShared() changes the flag of a module's own memory, and nothing else", () => {
  const module = (flag: number) =>
    new Uint8Array([...HEADER, ...TYPES, ...section(5, 1, flag, 1, 0x80, 0x80, 4)]);
  assertEquals(declareShared(module(1)), module(3));
  assertEquals(declareShared(module(3)), module(3));
});

Deno.test("declareShared() finds an imported memory among imports of every kind", () => {
  const module = (flag: number) =>
    new Uint8Array([
      ...HEADER,
      ...TYPES,
      ...section(
        2,
        ...[5],
        ...[...E, ...F, 0, 0], // a function of type 0
        ...[...E, ...T, 1, 0x70, 1, 1, 2], // a table with a maximum
        ...[...E, ...G, 3, 0x7f, 0], // a constant of i32
        ...[...E, ...M, 2, flag, 1, 16],
        ...[...E, ...F, 0, 0],
      ),
    ]);
  const shared = declareShared(module(1));
  assertEquals(shared, module(3));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 16, shared: true });
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 1, maximum: 2 });
  new WebAssembly.Instance(new WebAssembly.Module(shared!), {
    e: { f: () => {}, t: table, g: 1, m: memory },
  });
});

Deno.test("declareShared() gives null where no memory can be shared, or there is none", () => {
  const unlimited = new Uint8Array([...HEADER, ...section(5, 1, 0, 1)]);
  assertEquals(declareShared(unlimited), null);
  assertEquals(declareShared(new Uint8Array(HEADER)), null);
});
