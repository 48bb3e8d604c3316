import { assertEquals } from "@std/assert";
import { RESNET_MINI } from "../../lib/model/resnet_mini.ts";
import { countEntries } from "../../lib/file/named_tensor.ts";
import { backboneEntries, FLOAT64 } from "./golden_model.ts";
import { testGoldenRuns } from "./golden_runs.ts";

const MODEL = FLOAT64.resnet_mini;
const BACKENDS = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

Deno.test("resnet_mini has the names and shapes of a torchvision residual network, in order", () => {
  const specs = RESNET_MINI.specs.map(({ name, shape }) => ({ name, shape }));
  assertEquals(specs, [...backboneEntries(MODEL, RESNET_MINI)]);
});

Deno.test("resnet_mini takes about 3 million multiply-adds per image", () => {
  const sizes: Record<string, number> = { conv1: 16, layer1: 16, layer2: 8, layer3: 4 };
  const multiplyAdds = RESNET_MINI.specs.filter(({ role }) => role === "conv")
    .reduce(
      (sum, { name, shape }) => sum + countEntries(shape) * sizes[name.split(".")[0]!]! ** 2,
      0,
    );
  assertEquals(Math.round(multiplyAdds / 1e5) / 10, 3.1);
});

await testGoldenRuns(
  RESNET_MINI,
  MODEL,
  MODEL.runs.map((run) => ({ run, backends: BACKENDS, tolerance: 1e-5 })),
);
