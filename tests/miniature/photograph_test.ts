import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { drawBirdTraits } from "../../lib/miniature/bird_traits.ts";
import { composeBirdScene } from "../../lib/miniature/bird_scene.ts";
import { type FileKind, takePhotograph } from "../../lib/miniature/photograph.ts";
import { TUNING } from "../../lib/miniature/tuning.ts";
import { RandomStream } from "../../lib/random_stream.ts";
import { needs } from "../support/permissions.ts";

const NUISANCE = TUNING.cub200.nuisance;
const TRAITS = drawBirdTraits(RandomStream.named(1, "species"));

/** A picture of one bird; the same name gives the same picture. */
function photograph(name: string, kind: FileKind = "rgb"): Promise<Uint8Array<ArrayBuffer>> {
  const stream = RandomStream.named(1, name);
  return takePhotograph(composeBirdScene(TRAITS, NUISANCE, stream), kind, NUISANCE, stream);
}

async function describe(bytes: Uint8Array): Promise<(string | number | boolean | undefined)[]> {
  const { default: sharp } = await import("sharp");
  const { format, space, channels, hasAlpha } = await sharp(bytes).metadata();
  return [format, space, channels, hasAlpha];
}

const ignore = needs("read", "env", "ffi", "sys");

Deno.test({
  name: "takePhotograph() gives the same bytes for the same stream and others for another",
  ignore,
  fn: async () => {
    assertEquals(await photograph("a"), await photograph("a"));
    assertNotEquals(await photograph("a"), await photograph("b"));
  },
});

Deno.test({
  name: "takePhotograph() writes files of every kind that originals have",
  ignore,
  fn: async () => {
    assertEquals(await describe(await photograph("a")), ["jpeg", "srgb", 3, false]);
    assertEquals(await describe(await photograph("a", "gray")), ["jpeg", "b-w", 1, false]);
    assertEquals(await describe(await photograph("a", "cmyk")), ["jpeg", "cmyk", 4, false]);
    assertEquals(await describe(await photograph("a", "alpha")), ["png", "srgb", 4, true]);
  },
});

Deno.test({
  name: "takePhotograph() has photographs' sizes, and pixels that are neither flat nor burnt out",
  ignore,
  fn: async () => {
    const { default: sharp } = await import("sharp");
    for (const name of ["a", "b", "c", "d"]) {
      const image = sharp(await photograph(name));
      const { width, height } = await image.metadata();
      assert(Math.max(width, height) >= 200 && Math.max(width, height) <= 260);
      assert(Math.min(width, height) >= 133);
      for (const { mean, stdev } of (await image.stats()).channels) {
        assert(mean > 15 && mean < 245 && stdev > 8, `${name}: mean ${mean}, deviation ${stdev}`);
      }
    }
  },
});
