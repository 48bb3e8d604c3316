import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  drawInitial,
  kaimingNormalFanOut,
  ONES,
  uniformFanIn,
} from "../../lib/model/initializer.ts";
import { RandomStream } from "../../lib/random_stream.ts";

const stream = () => RandomStream.named(7, "test");

Deno.test("kaimingNormalFanOut() counts outputs and the window, not the inputs", () => {
  assertEquals(kaimingNormalFanOut([64, 3, 7, 7]), {
    kind: "normal",
    deviation: Math.sqrt(2 / (64 * 49)),
  });
});

Deno.test("uniformFanIn() is one over the root of inputs times window", () => {
  assertEquals(uniformFanIn([64, 3, 7, 7]), { kind: "uniform", bound: 1 / Math.sqrt(147) });
  assertEquals(uniformFanIn([512, 64]), { kind: "uniform", bound: 1 / 8 });
});

Deno.test("drawInitial() draws normal numbers of mean 0 and the given deviation", () => {
  const values = drawInitial({ kind: "normal", deviation: 0.5 }, [100, 100], stream());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  assertAlmostEquals(mean, 0, 0.02);
  assertAlmostEquals(Math.sqrt(square), 0.5, 0.02);
});

Deno.test("drawInitial() fills the whole of a uniform range and nothing else", () => {
  const values = drawInitial({ kind: "uniform", bound: 0.25 }, [10_000], stream());
  assert(values.every((value) => Math.abs(value) <= 0.25));
  assert(Math.max(...values) > 0.249 && Math.min(...values) < -0.249);
});

for (const shape of [[4, 9], [9, 4]] as const) {
  Deno.test(`drawInitial() makes a ${shape.join(" x ")} matrix orthonormal along its shorter side`, () => {
    const [rows, columns] = shape;
    const values = drawInitial({ kind: "orthogonal" }, shape, stream());
    const count = Math.min(rows, columns);
    const entry = (vector: number, i: number) =>
      rows < columns ? values[vector * columns + i]! : values[i * columns + vector]!;
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let dot = 0;
        for (let i = 0; i < Math.max(rows, columns); i++) dot += entry(a, i) * entry(b, i);
        assertAlmostEquals(dot, a === b ? 1 : 0, 1e-6);
      }
    }
  });
}

Deno.test("drawInitial() refuses an orthogonal tensor that is no matrix", () => {
  assertThrows(
    () => drawInitial({ kind: "orthogonal" }, [3], stream()),
    RangeError,
    "Cannot draw an orthogonal matrix as its shape must have rank 2: it is [3]",
  );
});

Deno.test("drawInitial() leaves the stream alone for constants", () => {
  const untouched = stream();
  assertEquals([...drawInitial(ONES, [2], untouched)], [1, 1]);
  assertEquals(untouched.state(), stream().state());
});
