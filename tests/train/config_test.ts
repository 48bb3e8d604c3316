import { assertEquals, assertNotEquals } from "@std/assert";
import { precisionOf, withPrecision } from "../../lib/train/config.ts";
import { hashConfig } from "../../lib/train/run_id.ts";
import { smallConfig } from "../support/train_config.ts";

Deno.test("float32 leaves a configuration's hash as it was before there was a choice, and tf32 changes it", () => {
  const config = smallConfig();
  const tf32 = withPrecision(config, "tf32");
  assertEquals(withPrecision(config, "float32"), config);
  assertEquals(hashConfig(withPrecision(tf32, "float32")), hashConfig(config));
  assertNotEquals(hashConfig(tf32), hashConfig(config));
  assertEquals([precisionOf(config), precisionOf(tf32)], ["float32", "tf32"]);
});
