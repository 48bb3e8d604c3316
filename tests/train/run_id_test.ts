import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { formatRunId, hashConfig, hashGroup } from "../../lib/train/run_id.ts";
import { smallConfig } from "../support/train_config.ts";

Deno.test("formatRunId() names what a reader looks for and ends in the hash", () => {
  const config = smallConfig({ setting: { kind: "partial", rate: 0.1 } });
  assertMatch(
    formatRunId(config),
    /^mini-cub200-partial0\.1-proxy_an-resnet_mini-published-s3-[0-9a-f]{8}$/,
  );
});

Deno.test("hashConfig() does not depend on the order of keys", () => {
  const config = smallConfig();
  const reversed = Object.fromEntries(Object.entries(config).reverse()) as unknown as typeof config;
  assertEquals(hashConfig(reversed), hashConfig(config));
});

Deno.test("hashConfig() changes with every field, nested ones too", () => {
  const config = smallConfig();
  assertNotEquals(hashConfig({ ...config, seed: 4 }), hashConfig(config));
  assertNotEquals(
    hashConfig({ ...config, optimizer: { ...config.optimizer, clipValue: 9 } }),
    hashConfig(config),
  );
});

Deno.test("hashGroup() joins runs that differ by seed and setting, and nothing else", () => {
  const group = hashGroup(smallConfig());
  assertEquals(hashGroup(smallConfig({ seed: 99 })), group);
  assertEquals(hashGroup(smallConfig({ setting: { kind: "partial", rate: 0.1 } })), group);
  assertNotEquals(hashGroup(smallConfig({ epochCount: 4 })), group);
  assertNotEquals(
    hashGroup(smallConfig({ loss: { name: "proxy_an", margin: 0.1, alpha: 12 } })),
    group,
  );
});
