import { assertEquals } from "@std/assert";
import { goldenTensor, goldenUniform } from "./generator.ts";

Deno.test("goldenUniform() gives the published first values of seed 7", () => {
  assertEquals([0, 1, 2, 3].map((i) => goldenUniform(i, 7)), [
    0.05060579255223274,
    0.07117947190999985,
    0.6926870942115784,
    -0.9334203600883484,
  ]);
});

Deno.test("goldenTensor() scales and shifts in float32", () => {
  assertEquals([...goldenTensor([3], 50001, 0.2, 1)], [
    1.062833309173584,
    1.1146924495697021,
    1.0920010805130005,
  ]);
});
