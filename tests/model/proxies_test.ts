import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createProxies } from "../../lib/model/proxies.ts";
import { RandomStream } from "../../lib/random_stream.ts";

Deno.test("createProxies() draws [C, D] normal numbers of deviation sqrt(2 / C)", () => {
  const proxies = createProxies(50, 400, RandomStream.named(1, "proxies"));
  const values = proxies.dataSync<"float32">();
  assertEquals(proxies.shape, [50, 400]);
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  assertAlmostEquals(Math.sqrt(square), Math.sqrt(2 / 50), 0.003);
  proxies.dispose();
});

Deno.test("createProxies() gives the same proxies for the same stream", () => {
  const [a, b] = [1, 1].map((seed) => createProxies(3, 4, RandomStream.named(seed, "proxies")));
  assertEquals(a!.dataSync(), b!.dataSync());
  a!.dispose();
  b!.dispose();
});
