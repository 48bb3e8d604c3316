import { assertEquals } from "@std/assert";
import { stripWrappers } from "../../../lib/model/weights/strip_wrappers.ts";

const strip = (
  ...names: string[]
) => [...stripWrappers(new Map(names.map((name) => [name, name]))).keys()];

Deno.test("names of wrappers come off in any order and number, also within", () => {
  for (
    const prefix of [
      "module.",
      "_orig_mod.",
      "module._orig_mod.",
      "_orig_mod.module.",
      "model.",
      "module.model.backbone.",
      "model._orig_mod.module.net.",
    ]
  ) {
    assertEquals(strip(`${prefix}conv1.weight`, `${prefix}layer1.0.bias`), [
      "conv1.weight",
      "layer1.0.bias",
    ]);
  }
  assertEquals(strip("layer1._orig_mod.0.weight", "layer2.0.weight"), [
    "layer1.0.weight",
    "layer2.0.weight",
  ]);
});

Deno.test("an owner that only some names have stays, and so does everything where names would meet", () => {
  assertEquals(strip("model.conv1.weight", "proxies"), ["model.conv1.weight", "proxies"]);
  assertEquals(strip("module.a", "a"), ["module.a", "a"]);
  assertEquals(strip("model", "module"), ["model", "module"]);
  assertEquals(strip(), []);
});
