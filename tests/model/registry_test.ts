import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { BACKBONE_NAMES, BACKBONES, findBackbone } from "../../lib/model/registry.ts";

Deno.test("findBackbone() finds every backbone by its name", () => {
  for (const backbone of BACKBONES) assertEquals(findBackbone(backbone.name), backbone);
});

Deno.test("findBackbone() names the nearest backbone for a name that is none", () => {
  assertThrows(
    () => findBackbone("resnet5"),
    UsageError,
    `Cannot find backbone as it must be one of ${BACKBONE_NAMES.join(", ")}: ` +
      'it is "resnet5" (did you mean resnet50?)',
  );
});

Deno.test("backbones are told apart by name and title, and a name fits into a run id", () => {
  assertEquals(BACKBONE_NAMES[0], "resnet50");
  assertEquals(new Set(BACKBONE_NAMES).size, BACKBONES.length);
  assertEquals(new Set(BACKBONES.map(({ title }) => title)).size, BACKBONES.length);
  for (const name of BACKBONE_NAMES) assertEquals(/^[a-z][a-z0-9_]*$/.test(name), true, name);
});
