import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/errors.ts";
import { BACKBONE_NAMES } from "../../../lib/model/registry.ts";
import {
  defaultWeightsOf,
  KNOWN_WEIGHTS,
  recognizeWeights,
} from "../../../lib/model/weights/known_weights.ts";

Deno.test("every published file carries the digits of its hash in name and URL or is known by all of them, and has a backbone", () => {
  for (const { fileName, url, hashPrefix, backbone } of KNOWN_WEIGHTS) {
    const digits = fileName.match(/-([0-9a-f]{8,})\.pth$/)?.[1];
    assertEquals(digits ?? hashPrefix.length, digits ? hashPrefix : 64);
    assertEquals(url.endsWith(`/${fileName}`), true);
    assertEquals(BACKBONE_NAMES.includes(backbone), true, backbone);
  }
});

Deno.test("the paper's backbones start from published files, the miniature does not", () => {
  assertEquals(BACKBONE_NAMES.map((name) => defaultWeightsOf(name)?.fileName ?? null), [
    "resnet50-0676ba61.pth",
    "bn_inception-52deb4733.pth",
    "deit_small_distilled_patch16_224-649709d9.pth",
    "deit_tiny_patch16_224-a1311bcf.pth",
    null,
    "dinov2_vits14_pretrain.pth",
    null,
  ]);
});

Deno.test("a published file is recognized by its bytes, not by its name", () => {
  const hash = "11ad3fa6".padEnd(64, "0");
  assertEquals(recognizeWeights("any/name.pth", hash)?.fileName, "resnet50-11ad3fa6.pth");
  assertEquals(recognizeWeights("any/name.pth", "0".repeat(64)), null);
});

Deno.test("a file with the name of a published one and other bytes is refused", () => {
  const error = assertThrows(
    () => recognizeWeights("w/resnet50-0676ba61.pth", "0".repeat(64)),
    InputError,
  );
  assertEquals(
    error.message,
    "w/resnet50-0676ba61.pth: Cannot use weights as the SHA-256 of a file of this name must begin with 0676ba61: " +
      "it begins with 00000000; is the download complete? " +
      "It comes from https://download.pytorch.org/models/resnet50-0676ba61.pth",
  );
});
