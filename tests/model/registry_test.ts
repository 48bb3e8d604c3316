import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { BACKBONES, findBackbone } from "../../lib/model/registry.ts";

Deno.test("findBackbone() finds every backbone by its name", () => {
  for (const backbone of BACKBONES) assertEquals(findBackbone(backbone.name), backbone);
});

Deno.test("findBackbone() names the nearest backbone for a name that is none", () => {
  assertThrows(
    () => findBackbone("resnet5"),
    UsageError,
    "Cannot find backbone as it must be one of resnet50, bn_inception, deit_s, deit_ti, dino_vits16, dinov2_vits14, resnet_mini: " +
      'it is "resnet5" (did you mean resnet50?)',
  );
});
